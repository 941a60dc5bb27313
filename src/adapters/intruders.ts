import type { TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { leftVectors } from '../numbers/singular';
import type { Adapted } from './adapted';
import { INTRUDERS, type LayerIntruders } from './intruders.meta';
import { largestSingular } from './largest';
import type { Arrays } from './method';

/**
 * Intruder dimensions: among the largest left singular vectors of W + delta those that resemble no left singular vector of W.
 * Source: R. Shuttleworth et al., arXiv 2410.21228, algorithm 1; PEFT's reduce_intruder_dimension does the same.
 */

/** The largest directions of W + delta (out, in), at most `top`: vectors (top, out) row by row, and for each its largest |cosine| with a left singular vector of W, which are the rows of `base`. */
export function directionsOf(base: Float64Array, whole: Float32Array, [out, n]: readonly [number, number], top: number): { vectors: Float64Array[]; cosines: number[] } {
  const r = Math.min(top, out, n);
  const { U } = largestSingular(whole, out, n, r);
  const vectors = Array.from({ length: r }, (_, v) => Float64Array.from({ length: out }, (_, i) => defined(U[i * r + v])));
  const cosines = vectors.map((u) => {
    let most = 0;
    for (let row = 0; row < base.length; row += out) {
      let dot = 0;
      for (let i = 0; i < out; i++) dot += defined(base[row + i]) * defined(u[i]);
      most = Math.max(most, Math.abs(dot));
    }
    return Math.min(1, most);
  });
  return { vectors, cosines };
}

/** Part of a matrix (out, in) along some unit vectors of its outputs that are orthogonal: sum of u u^T W. */
export function partAlong(vectors: readonly Float64Array[], whole: Float32Array, [out, n]: readonly [number, number]): Float32Array {
  const part = new Float32Array(out * n);
  for (const u of vectors) {
    const row = new Float64Array(n);
    for (let i = 0; i < out; i++) for (let j = 0; j < n; j++) row[j] = defined(row[j]) + defined(u[i]) * defined(whole[i * n + j]);
    for (let i = 0; i < out; i++) for (let j = 0; j < n; j++) part[i * n + j] = defined(part[i * n + j]) + defined(u[i]) * defined(row[j]);
  }
  return part;
}

/** Sum of two matrices, in f32 as the model has it. */
const plus = (a: Float32Array, b: Float32Array): Float32Array => a.map((x, i) => x + defined(b[i]));

interface Layers {
  layers: readonly { name: string; in: number; out: number }[];
  source: TensorSource;
  /** Directions of each layer that are looked at, the largest first. */
  top: number;
  signal: AbortSignal;
  progress: () => void;
}

/** Looks at the layers that some of these updates change, one after the other; other work gets its turn between them. */
async function eachLayer(updates: readonly Arrays[], { layers, source, top, signal, progress }: Layers, found: (at: { layer: string; run: number; whole: Float32Array; shape: readonly [number, number] } & ReturnType<typeof directionsOf>) => void): Promise<void> {
  for (const { name: layer, in: n, out } of layers) {
    const name = `${layer}.weight`;
    if (updates.some((update) => update[name])) {
      const weight = await source.readF32Checked(name);
      const base = leftVectors(weight, out, n);
      updates.forEach((update, run) => {
        if (!update[name]) return;
        const whole = plus(weight, update[name]);
        found({ layer, run, whole, shape: [out, n], ...directionsOf(base, whole, [out, n], top) });
      });
    }
    progress();
    await new Promise((go) => setTimeout(go));
    signal.throwIfAborted();
  }
}

/** The largest directions of each layer that an update changes, by update. */
export async function intrudersOf(updates: readonly Arrays[], given: Layers): Promise<LayerIntruders[][]> {
  const out: LayerIntruders[][] = updates.map(() => []);
  await eachLayer(updates, given, ({ run, layer, cosines }) => defined(out[run]).push({ layer, cosines }));
  return out;
}

/** The part of W + update that lies in intruder dimensions, by name of the weight, and how many there are in each layer that has some. */
export async function intruderPart(update: Arrays, epsilon: number, given: Layers): Promise<{ part: Arrays; counts: { layer: string; count: number }[] }> {
  const part: Arrays = {};
  const counts: { layer: string; count: number }[] = [];
  await eachLayer([update], given, ({ layer, whole, shape, vectors, cosines }) => {
    const intruders = vectors.filter((_, i) => defined(cosines[i]) < epsilon);
    if (intruders.length === 0) return;
    counts.push({ layer, count: intruders.length });
    part[`${layer}.weight`] = partAlong(intruders, whole, shape);
  });
  return { part, counts };
}

/** Updates by weight with their intruder dimensions at `scale` of their size, as PEFT's mitigation_lambda has it. */
export async function intrudersScaled(updates: ReadonlyMap<string, Float32Array>, scale: number, epsilon: number, given: Layers): Promise<Map<string, Float32Array>> {
  const { part } = await intruderPart(Object.fromEntries(updates), epsilon, given);
  return new Map(Array.from(updates, ([name, update]) => [name, part[name] ? update.map((x, i) => x + (scale - 1) * defined(part[name]![i])) : update]));
}

/** The same for updates of an adapter's own layers, for `nearestTo`, with what counts as an intruder in PEFT. */
export const scaledBy = ({ model: { source }, adapted: { layers } }: { model: { source: TensorSource }; adapted: Adapted }, scale: number, signal = new AbortController().signal) => (updates: Map<string, Float32Array>): Promise<Map<string, Float32Array>> =>
  intrudersScaled(updates, scale, INTRUDERS.epsilon, { layers, source, top: INTRUDERS.top, signal, progress: () => {} });
