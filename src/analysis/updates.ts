import { mergedWeights } from '../adapters/merge';
import type { LoadedAdapter } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import type { TensorSource } from '../io/safetensors';
import { TEXT_HEAD } from '../models/byText';
import { sizeOf } from '../engine/tensor';
import { defined } from '../numbers/defined';
import type { LoadedModel } from '../train/openModel';
import { hasOwnHead } from '../train/runModel';

/**
 * Update of a run: trained minus pretrained weights, by name, of everything that it changed. A new head counts from
 * zero, as does the text head of a CLIP.
 */
export async function updateOf(device: Device, model: LoadedModel, loaded: Pick<LoadedAdapter, 'adapted' | 'values'>, signal?: AbortSignal): Promise<Arrays> {
  const { adapted, values } = loaded;
  // A delta that does not depend on the weight is itself what is added, and lost in rounding if it is added first.
  const additive = !adapted.method.ofWeight;
  const merged = await mergedWeights(device, additive ? zeros(model.source) : model.source, { adapted, values, progress: () => signal?.throwIfAborted() });
  const layers = new Set(adapted.layers.flatMap(({ name }) => [`${name}.weight`, `${name}.bias`]));
  const fresh = newHead(model, adapted.model.labels) ? adapted.trace.head : new Set<string>();
  const out: Arrays = {};
  for (const [name, value] of merged) {
    if ((additive && layers.has(name)) || fresh.has(name)) out[name] = value;
    else out[name] = minus(value, await model.source.readF32Checked(name));
  }
  if (values[TEXT_HEAD]) out[TEXT_HEAD] = values[TEXT_HEAD];
  return out;
}

/** True when runs on these classes have a head of their own, which the checkpoint knows nothing of. */
export const newHead = (model: LoadedModel, classes: string[]): boolean => !hasOwnHead(model, classes);

function minus(a: Float32Array, b: Float32Array): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = defined(a[i]) - defined(b[i]);
  return out;
}

/** The same tensors, all zero: merging onto them gives the delta alone. */
const zeros = (source: TensorSource): TensorSource => ({ ...source, has: (name) => source.has(name), info: (name) => source.info(name), readF32Checked: (name) => Promise.resolve(new Float32Array(sizeOf(source.info(name).shape))) });
