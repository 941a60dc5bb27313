import { loadAdapter, type LoadedAdapter, type SavedFile } from '../adapters/files';
import { DataError, type Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { memoryTree, type FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { TEXT_HEAD, twoTowers, withTextHead } from '../models/byText';
import type { VisionModel } from '../models/model';
import { said } from '../said/said';
import { keptTrain } from './config';
import type { LoadedModel } from './openModel';
import { programOptions } from './plan';
import type { RunSpec } from './protocol';
import { hasOwnHead, textModel } from './runModel';
import { makeTextHead } from './textHead';

export interface TrainedInput {
  spec: RunSpec;
  /** The run's trained adapter as it was saved. */
  files: SavedFile[];
  model: LoadedModel;
  /** The run's data; null when it is not open any more. */
  data: Dataset | null;
}

/** Opens a saved adapter at the image size that it was trained on. Throws what `loadAdapter` throws. */
export async function openSaved(tree: FileTree, vision: VisionModel, base?: TensorSource): Promise<LoadedAdapter> {
  const loaded = await loadAdapter(tree, vision, base);
  const { image_size } = loaded;
  return image_size === null || image_size === vision.image_size ? loaded : loadAdapter(tree, vision.with({ image_size }), base);
}

/**
 * The adapter on the model that the run trained. A CLIP that classifies by text brings its text head along: of the
 * checkpoint, or of both towers as trained. `vision` leaves the text tower itself out. Throws what `openSaved` throws, and
 * DataError where CLIP's texts need the data. Adapters from outside open the same way, under a spec that is made for them.
 */
export async function openTrained(device: Device, { spec, files, model, data }: TrainedInput, { vision = false, signal }: { vision?: boolean; signal?: AbortSignal } = {}): Promise<LoadedAdapter> {
  const tree = memoryTree(spec.name, new Map(files.map(({ path, bytes }) => [path, bytes])));
  if (!model.tokenizer) return openSaved(tree, model.vision, model.source);
  const train = keptTrain(spec.train);
  // One that brings a head needs no texts.
  const alone = await openSaved(tree, model.vision, model.source).catch(() => null);
  if (alone?.hasHead) return alone;
  if (!data) throw new DataError(said`The classes of ${spec.name} are told apart by their texts, and its data set is not open any more; choose it again.`);
  const text = await textModel(model, data.classes, spec.method, train, hasOwnHead(model, data.classes));
  if (!text) return openSaved(tree, model.vision, model.source);
  const prompts = text.prompts!;
  const options = programOptions(train, device.report);
  if (train.loss !== 'contrastive') {
    const loaded = await openSaved(tree, text.vision, model.source);
    return { ...loaded, values: { ...loaded.values, [TEXT_HEAD]: await makeTextHead(device, model, prompts, options, signal) } };
  }
  const both = await openSaved(tree, twoTowers(model.vision, { tokens: prompts.tokens, labels: data.classes }), model.source);
  const head = await makeTextHead(device, model, prompts, options, signal, both);
  const loaded = vision ? await openSaved(tree, withTextHead(model.vision, data.classes), model.source) : both;
  return { ...loaded, values: { ...loaded.values, [TEXT_HEAD]: head } };
}
