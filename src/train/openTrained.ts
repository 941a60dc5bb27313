import { openSaved, type LoadedAdapter, type SavedFile } from '../adapters/files';
import { DataError, type Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { classifierOf } from '../models/model';
import { openTask } from '../tasks';
import { keptTrain } from './config';
import type { LoadedModel } from './openModel';
import { programOptions } from './plan';
import type { RunSpec } from './protocol';
import { hasOwnHead } from './runModel';

export { openSaved };

export interface TrainedInput {
  spec: RunSpec;
  /** The run's trained adapter as it was saved. */
  files: SavedFile[];
  model: LoadedModel;
  /** The run's data; null when it is not open any more. */
  data: Dataset | null;
}

/**
 * The adapter on the model that the run trained. A CLIP that classifies by text brings its text head along: of the
 * checkpoint, or of both towers as trained. `vision` leaves the text tower itself out. Throws what `openSaved` throws, and
 * DataError where CLIP's texts need the data. Adapters from outside open the same way, under a spec that is made for them.
 */
export async function openTrained(device: Device, { spec, files, model, data }: TrainedInput, { vision = false, signal }: { vision?: boolean; signal?: AbortSignal } = {}): Promise<LoadedAdapter> {
  const tree = memoryTree(spec.name, new Map(files.map(({ path, bytes }) => [path, bytes])));
  if (!model.tokenizer) return openSaved(tree, model.net, model.source);
  const train = keptTrain(spec.train);
  // One that brings a head needs no texts.
  const alone = await openSaved(tree, model.net, model.source).catch(() => null);
  if (alone?.hasHead) return alone;
  if (!data) throw new DataError(`The classes of ${spec.name} are told apart by their texts, and its data set is not open any more; choose it again.`);
  const ownHead = hasOwnHead(model, data.classes);
  const task = await openTask({ model, classes: data.classes, method: spec.method, train, ownHead, hasHead: ownHead });
  const trained = await openSaved(tree, task.model, model.source);
  const values = await task.values(device, { source: model.source, options: programOptions(train, device.report), trained, signal });
  const loaded = vision && classifierOf(task.model) !== task.model ? await openSaved(tree, classifierOf(task.model), model.source) : trained;
  return { ...loaded, values: { ...loaded.values, ...values } };
}
