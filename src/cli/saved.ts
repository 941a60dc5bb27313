import { TEXT_HEAD, twoTowers, withTextHead } from '../models/byText';
import type { LoadedModel } from '../train/openModel';
import { openAdapterSized, type OpenAdapter } from './adapter';
import { UsageError, type Given } from './command';
import { openTensors } from './files';
import { partsOf } from './head';
import { readHead } from './step';

/**
 * The adapter of --adapter on its model, at the image size that it was trained on. An adapter on a CLIP without a
 * trained classifier belongs to the two-tower model; where its logits matter (`classifies`) it needs the text features
 * of --head. Throws as `openAdapter` does, and UsageError.
 */
export async function openSavedAdapter(model: LoadedModel, given: Given, say: (line: string) => void, classifies: boolean): Promise<OpenAdapter> {
  const parts = model.vision.text ? await partsOf(String(given.adapter)) : null;
  const textHead = parts !== null && !parts.classifier;
  const head = given.head === undefined ? null : await readHead(await openTensors(String(given.head)), given, model.vision);
  if (head && !textHead) throw new UsageError('--head is for a CLIP whose adapter brings no classifier');
  if (textHead && classifies && !head) throw new UsageError('this CLIP classifies by text features: give them with --head, as head_weight (K, projection_dim)');
  const vision = !textHead ? model.vision : parts.text && !classifies ? twoTowers(model.vision) : withTextHead(model.vision, head?.classes ?? 1);
  const quiet = (line: string) => void (line.includes('not part of this model') || say(line));
  const saved = await openAdapterSized(model, vision, given, quiet);
  if (head) saved.values[TEXT_HEAD] = head.data;
  return saved;
}
