import { sizeOf } from '../../engine/tensor';
import { plainText } from '../../errors/text';
import type { ClassTexts, TextRows } from '../../models/model';
import { normal } from '../init';
import type { MethodConfig } from '../field';
import type { Arrays, CommonTensor } from '../method';
import type { PromptFolder } from './folder';

/** Common parts of the methods that train the context of classes' names (CoOp and its successors). */

/** Standard deviation of vectors that begin with no word. Source: KaiyangZhou/CoOp. */
const CONTEXT_STD = 0.02;

export const contextName = 'ctx';

/** Label of the texts as the model has them without a method, averaged over the templates (K, D). */
export const TEACHER = 'teacher_text_features';

/** Words that a context begins with, as its setting has them. */
export const wordsOf = ({ ctx_init }: MethodConfig): string => plainText(ctx_init);

/** Position of the name in its context. */
export type NamePosition = 'end' | 'middle' | 'front';

/**
 * A row for each class: start, `n` vectors, name, full stop, end. With `worded` the words stay where there are vectors for all or some of
 * them: those behind the vectors. In the middle a name has half of the vectors in front of it, rounded down.
 */
export function contextRows({ names, start, end, stop, pad, words }: ClassTexts, n: number, { position = 'end', worded = false, perImage = false }: { position?: NamePosition; worded?: boolean; perImage?: boolean } = {}): TextRows {
  const leading = worded && words.length >= n ? words : [];
  const context = Array.from({ length: Math.max(n, leading.length) }, (_, i) => ({ id: leading[i] ?? pad, place: i < n ? i + 1 : 0 }));
  const before = { end: context.length, middle: Math.floor(n / 2), front: 0 }[position];
  const plain = (ids: readonly number[]) => ids.map((id) => ({ id, place: 0 }));
  const rows = names.map((name) => [...plain([start]), ...context.slice(0, before), ...plain(name), ...context.slice(before), ...plain([...stop, end])]);
  const T = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const ids = new Uint32Array(rows.length * T).fill(pad);
  const places = new Uint32Array(rows.length * T);
  rows.forEach((row, k) => row.forEach(({ id, place }, t) => {
    ids[k * T + t] = id;
    places[k * T + t] = place;
  }));
  return { ids, places, ends: Uint32Array.from(rows, (row) => row.length - 1), perImage };
}

/** Vectors (..., n, width) that begin as the words that the method asked for, as far as there are, and as noise behind them. */
export const contextStart = (shape: number[]): CommonTensor => ({
  shape,
  async start(random, { classTexts, text }, weight) {
    const values = normal(sizeOf(shape), CONTEXT_STD, random);
    const words = classTexts?.words ?? [];
    if (!words.length) return values;
    const [n, width] = shape.slice(-2) as [number, number];
    const table = await weight(text!.table);
    for (let group = 0; group < values.length; group += n * width) {
      for (const [i, id] of words.slice(0, n).entries()) values.set(table.subarray(id * width, (id + 1) * width), group + i * width);
    }
    return values;
  },
});

/** Vectors that begin as noise. */
export const noise = (shape: number[]): CommonTensor => ({ shape, start: (random) => normal(sizeOf(shape), CONTEXT_STD, random) });

/** Weight (out, in) and bias of a linear layer by its name, as torch starts them: uniform within 1 / sqrt(in). */
export function linearStart(name: string, out: number, inputs: number): Record<string, CommonTensor> {
  const uniform = (shape: number[]): CommonTensor => ({ shape, start: (random) => Float32Array.from({ length: sizeOf(shape) }, () => (2 * random() - 1) / Math.sqrt(inputs)) });
  return { [`${name}.weight`]: uniform([out, inputs]), [`${name}.bias`]: uniform([out]) };
}

/** A folder whose file has the trained tensors under their own names, but for what is in front of them: a prefix, but for those that are `outside`. */
export const namedFolder = (prefix: string, how: Pick<PromptFolder, 'read' | 'write'>, outside: (name: string) => boolean = () => false): PromptFolder => ({
  ...how,
  tensors: (_, trained, value) => new Map(Object.entries(trained).map(([name, { shape }]) => [outside(name) ? name : prefix + name, { shape, data: value(name) }])),
  values: (file) => Object.fromEntries<Arrays[string]>([...file].map(([name, data]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, data])),
});
