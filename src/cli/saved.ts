import { savedForm } from '../adapters/files/config';
import { methodFields } from '../adapters/fields';
import { TEXT_HEAD, twoTowers, withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { isTextModel, textModel, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import type { LoadedModel } from '../train/openModel';
import { textForm } from '../train/textSet';
import { openAdapterSized, type OpenAdapter } from './adapter';
import { UsageError, type Given } from './command';
import { adapterTree, openTensors } from './files';
import { namesReadBy, partsOf } from './head';
import { textSettings } from './texts';
import { readHead } from './step';

/**
 * The adapter of --adapter on its model, at the image size that it was trained on. An adapter on a CLIP without a
 * trained classifier belongs to the two-tower model; where its logits matter (`classifies`) it needs the text features
 * of --head. A model of texts is read for what the adapter was trained for, where --task does not say. Throws as `openAdapter`
 * does, and UsageError.
 */
export async function openSavedAdapter(model: LoadedModel, given: Given, say: (line: string) => void, classifies: boolean): Promise<OpenAdapter> {
  const reads = await namesReadBy(String(given.adapter));
  if (reads) throw new UsageError(`${defined(methodFields[reads.method]).title} reads the names of classes within its model; measure it with eval, or classify with predict`);
  const parts = model.net.text ? await partsOf(String(given.adapter), model.net) : null;
  const textHead = parts !== null && !parts.classifier;
  const head = given.head === undefined ? null : await readHead(await openTensors(String(given.head)), given, model.net);
  if (head && !textHead) throw new UsageError('--head is for a CLIP whose adapter brings no classifier');
  if (textHead && classifies && !head) throw new UsageError('this CLIP classifies by text features: give them with --head, as head_weight (K, projection_dim)');
  const net = isTextModel(model.net) ? await readFor(model.net, given) : !textHead ? model.net : parts.text && !classifies ? twoTowers(model.net) : withTextHead(model.net, head?.classes ?? 1);
  const quiet = (line: string) => void (line.includes('not part of this model') || say(line));
  const saved = await openAdapterSized(model, net, given, quiet);
  if (head) saved.values[TEXT_HEAD] = head.data;
  return saved;
}

async function readFor(model: TextModel, given: Given): Promise<Model> {
  const saved = model.with(await savedForm(await adapterTree(String(given.adapter))));
  return textForm(textModel(saved), textSettings(given));
}
