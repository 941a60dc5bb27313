import type { ClassTexts } from '../models/model';

/**
 * The classes as texts out of rows of tokens (K, T) as a tokenizer gives them: start, `vectors` tokens in whose place vectors stand, the
 * rest, end, and what fills them up. `ends` are the places of the ends. The rest is the name; with `lens` (K) it is that many tokens of it, and
 * what follows them stands behind every text.
 */
export function textsOfRows(ids: Uint32Array, ends: ArrayLike<number>, vectors: number, lens?: ArrayLike<number>): ClassTexts {
  const T = ids.length / ends.length;
  const rows = Array.from(ends, (end, k) => ({ row: [...ids.subarray(k * T, (k + 1) * T)], end, to: lens ? 1 + vectors + lens[k]! : end }));
  const [{ row, end, to }] = rows as [(typeof rows)[0]];
  return { names: rows.map((one) => one.row.slice(1 + vectors, one.to)), start: row[0]!, end: row[end]!, stop: row.slice(to, end), pad: row.at(-1)!, words: [] };
}
