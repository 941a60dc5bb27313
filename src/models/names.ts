import { quote } from '../errors/text';
import { FormatError } from '../io/formatError';
import { tensorSource, type TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';

/** Names of a family's tensors and layers, if they have changed: transformers 4's, which the engine goes by, and 5's. */
export interface Names {
  /** A module or tensor as transformers 4 and the files on the hub call it; names that it does not know stay. */
  v4(name: string): string;
  /** A linear layer as transformers 5 calls it; what version 5 has not stays. */
  v5(name: string): string;
  /** A layer of version 4 that is two in version 5, its rows one's and then the other's: of what, the end of its name, and theirs. */
  halves?: { of: string; whole: string; parts: [string, string] };
}

/** A family's names as a table: blocks, and what is in them. */
export interface NameTable {
  /** `base_model_prefix`, which files of the bare backbone leave out. */
  prefix: string;
  /** Module that holds the numbered blocks, in 4 and in 5. */
  blocks: [v4: string, v5: string];
  /** Parts of a block that go by other names, in 4 and in 5. */
  parts: [v4: string, v5: string][];
  halves?: Names['halves'];
}

/** Names by a table, in files with the prefix and without it. */
export function namesBy({ prefix, blocks, parts, halves }: NameTable): Names {
  const escaped = (text: string) => text.replaceAll('.', '\\.');
  const inBlock = new RegExp(`^${prefix}\\.(?:${[...new Set(blocks)].map(escaped).join('|')})\\.(\\d+)\\.(.+)$`);
  const bare = new RegExp(`^(?:embeddings|(?:${blocks.map(escaped).join('|')})\\.\\d+|layernorm|pooler)\\.`);
  const rename = (name: string, from: 0 | 1): string => {
    const [, number, part = ''] = inBlock.exec(name) ?? [];
    if (number === undefined) return name;
    const to = from === 0 ? 1 : 0;
    const known = parts.find((pair) => part === pair[from] || part.startsWith(`${pair[from]}.`));
    return `${prefix}.${blocks[to]}.${number}.${known ? known[to] + part.slice(known[from].length) : part}`;
  };
  return {
    v4: (name) => rename(bare.test(name) ? `${prefix}.${name}` : name, 1),
    v5: (name) => rename(name, 0),
    ...(halves ? { halves } : {}),
  };
}

/** One tensor, or rows of two, one after the other. */
type Part = [string] | [first: string, second: string];

/**
 * A checkpoint whose tensors go by their transformers 4 names, whichever version wrote it and with the model's prefix or without.
 * Halves of version 5 are read as the one matrix of version 4.
 */
export function v4Source(source: TensorSource, names?: Names): TensorSource {
  if (!names) return source;
  const original = new Map<string, Part>();
  for (const name of source.names()) {
    const v4 = names.v4(name);
    const at = names.halves?.parts.find((part) => new RegExp(`\\.${part.replaceAll('.', '\\.')}\\.(weight|bias)$`).test(v4));
    const [first, second] = names.halves && at ? names.halves.parts.map((part) => name.replace(`.${at}.`, `.${part}.`)) : [];
    if (first && second && source.has(first) && source.has(second)) original.set(v4.replace(`.${at}.`, `.${names.halves!.whole}.`), [first, second]);
    else original.set(v4, [name]);
  }
  if ([...original].every(([a, [b]]) => a === b)) return source;
  const of = (name: string): Part => original.get(name) ?? [name];
  return tensorSource({
    metadata: source.metadata,
    names: () => [...original.keys()],
    has: (name) => original.has(name),
    info(name) {
      const [a, b] = of(name);
      return b === undefined ? source.info(a) : stackedInfo(source, a, b);
    },
    async readRange(name, start, end, into) {
      const [a, b] = of(name);
      if (b === undefined) return source.readRange(a, start, end, into);
      stackedInfo(source, a, b);
      const cut = source.info(a).bytes;
      if (end <= cut) return source.readRange(a, start, end, into);
      if (start >= cut) return source.readRange(b, start - cut, end - cut, into);
      const both = new Uint8Array(end - start);
      both.set(await source.readRange(a, start, cut));
      both.set(await source.readRange(b, 0, end - cut), cut - start);
      return both;
    },
  });
}

/** Type and shape of two tensors with the rows of the second below those of the first. Throws FormatError if they do not fit. */
function stackedInfo(source: TensorSource, a: string, b: string): ReturnType<TensorSource['info']> {
  const [x, y] = [source.info(a), source.info(b)];
  const fits = x.dtype === y.dtype && x.shape.length === y.shape.length && x.shape.length > 0 && x.shape.every((d, i) => i === 0 || d === y.shape[i]);
  if (!fits) throw new FormatError(`${quote(a)} is ${x.dtype} [${x.shape.join(', ')}] and ${quote(b)} is ${y.dtype} [${y.shape.join(', ')}]; they do not make one matrix.`);
  return { dtype: x.dtype, shape: [defined(x.shape[0]) + defined(y.shape[0]), ...x.shape.slice(1)], bytes: x.bytes + y.bytes };
}
