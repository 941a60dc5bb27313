import type { Arrays } from '../adapters/method';
import type { TensorSource } from '../io/safetensors';
import type { LayerUpdate } from './analysis.meta';
import { dot } from './geometry';
import { rankLimit } from './rank.meta';
import { singularValues } from '../numbers/singular';
import { defined } from '../numbers/defined';

/** Spectrum and rank of the update (out, in) of a layer. */
export function layerUpdate(layer: string, delta: Float32Array, shape: [number, number], weight: Float32Array): LayerUpdate {
  const singular = singularValues(delta, ...shape);
  const square = dot(delta, delta);
  const largest = defined(singular[0]);
  return {
    layer,
    shape,
    norm: Math.sqrt(square),
    relative: Math.sqrt(square / dot(weight, weight)),
    singular: Float32Array.from(singular),
    rank: largest > 0 ? singular.filter((s) => s > rankLimit(shape) * largest).length : 0,
    stable_rank: largest > 0 ? square / largest ** 2 : 0,
  };
}

/** The spectra of one run's update, layer by layer; other work gets its turn between them. */
export async function spectrumOf(update: Arrays, layers: { name: string; in: number; out: number }[], source: TensorSource, signal: AbortSignal, progress: () => void): Promise<LayerUpdate[]> {
  const out: LayerUpdate[] = [];
  for (const { name, in: n, out: m } of layers) {
    const delta = update[`${name}.weight`];
    if (delta) out.push(layerUpdate(name, delta, [m, n], await source.readF32Checked(`${name}.weight`)));
    progress();
    await new Promise((go) => setTimeout(go));
    signal.throwIfAborted();
  }
  return out;
}
