import { exactHash } from './fingerprint';
import type { Split } from './source';
import { nameOf } from './split';

/** Stamp of a split in its order, from labels and names or texts: sixteen hex digits, the same wherever the same set stands in the same order. */
export function stampOf(split: Split): string {
  let stamp = known.get(split);
  if (stamp === undefined) known.set(split, (stamp = stampOfRows(split)));
  return stamp;
}

/** A run that is followed on its test asks at each look. */
const known = new WeakMap<Split, string>();

function stampOfRows(split: Split): string {
  const rows = Array.from(split.labels, (label, i) => {
    const text = split.text?.(i);
    return [label, ...(text ? [text.first, text.second, text.number, text.tags] : [nameOf(split, i)])];
  });
  return exactHash({ width: split.count, height: 1, data: new TextEncoder().encode(JSON.stringify(rows)) });
}
