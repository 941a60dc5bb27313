import { mergedUpdates } from '../adapters/merge';
import type { LoadedAdapter } from '../adapters/files';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { TEXT_HEAD } from '../models/byText';
import type { LoadedModel } from '../train/openModel';
import { hasOwnHead } from '../train/runModel';

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
