import type { Adapted } from '../adapters/adapted';
import { mergedUpdates } from '../adapters/merge';
import type { LoadedAdapter } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { TEXT_HEAD } from '../models/byText';
import { defined } from '../numbers/defined';
import type { LoadedModel } from './openModel';
import { hasOwnHead } from './runModel';

/**
 * Update of a run: trained minus pretrained weights, by name, of everything that it changed. A new head counts from
 * zero, as does the text head of a CLIP.
 */
export async function updateOf(device: Device, model: LoadedModel, loaded: Pick<LoadedAdapter, 'adapted' | 'values'>, signal?: AbortSignal): Promise<Arrays> {
  const { adapted, values } = loaded;
  const fresh = newHead(model, adapted.model.labels) ? adapted.trace.head : undefined;
  const out: Arrays = Object.fromEntries(await mergedUpdates(device, model.source, { adapted, values, progress: () => signal?.throwIfAborted() }, fresh));
  if (values[TEXT_HEAD]) out[TEXT_HEAD] = values[TEXT_HEAD];
  return out;
}

/** True when runs on these classes have a head of their own, which the checkpoint knows nothing of. */
export const newHead = (model: LoadedModel, classes: string[]): boolean => !hasOwnHead(model, classes);

/** True for a weight of an update that is no part of the backbone: of a classifier, or the texts of a CLIP. */
const isHead = ({ source }: LoadedModel, { trace }: Adapted, name: string): boolean => trace.head.has(name) || !source.has(name);

/** An update in two parts: of the backbone, and of the head. */
export function partedUpdate(model: LoadedModel, adapted: Adapted, update: Arrays): { backbone: Arrays; head: Arrays } {
  const [head, backbone] = [true, false].map((wanted) => Object.fromEntries(Object.entries(update).filter(([name]) => isHead(model, adapted, name) === wanted))) as [Arrays, Arrays];
  return { backbone, head };
}

/** Weights at a place between the pretrained model (0) and the trained one (1), W + at delta, under the head as it was trained. Source: M. Wortsman et al., arXiv 2109.01903. */
export async function weightsAt(model: LoadedModel, { adapted, values }: Pick<LoadedAdapter, 'adapted' | 'values'>, update: Arrays, at: number): Promise<Arrays> {
  const { backbone, head } = partedUpdate(model, adapted, update);
  const moved = async (name: string, delta: Float32Array, by: number) => (await model.source.readF32Checked(name)).map((w, i) => w + by * defined(delta[i]));
  const out: Arrays = {};
  for (const [name, delta] of Object.entries(head)) out[name] = values[name] ?? (await moved(name, delta, 1));
  for (const [name, delta] of Object.entries(backbone)) out[name] = await moved(name, delta, at);
  return out;
}
