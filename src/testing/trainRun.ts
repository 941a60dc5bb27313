import type { SavedFile } from '../adapters/files';
import type { Dataset, Split } from '../data/source';
import type { Device } from '../engine/device';
import type { Snapshot } from '../analysis/analysis.meta';
import { trainBatches } from '../train/feeds';
import type { Feed } from '../train/images';
import type { LoadedModel } from '../train/openModel';
import type { RunSpec, RunSummary } from '../train/protocol';
import { Session } from '../train/session';
import { runSplits } from '../train/split';

/** Everything that a run leaves. */
export interface Trained {
  files: SavedFile[];
  snapshots: Snapshot[];
  checkpoints: Uint8Array[];
  /** Of each step. */
  losses: number[];
  summary: RunSummary;
}

/** Trains a run as the product does, on its own splits and at its own image size, and gathers what it leaves. Throws with its name where it fails. */
export async function trainRun(device: Device, { spec, model, data, resume, feedOf }: { spec: RunSpec; model: LoadedModel; data: Dataset; resume?: Uint8Array; feedOf?: (split: Split) => Feed }): Promise<Trained> {
  const { train } = spec;
  const splits = runSplits(data, train);
  const batches = trainBatches(splits.train, model, train, feedOf);
  const left: Omit<Trained, 'summary'> = { files: [], snapshots: [], checkpoints: [], losses: [] };
  let summary: RunSummary | undefined;
  let failure = 'it has not ended';
  await new Session({ spec, model, batches, splits, classes: data.classes, nameImages: true, device, resume, feedOf }, (event) => {
    if (event.type === 'step') left.losses.push(event.point.loss);
    else if (event.type === 'snapshot') left.snapshots.push({ step: event.step, bytes: event.bytes });
    else if (event.type === 'checkpoint') left.checkpoints.push(event.bytes);
    else if (event.type === 'adapter') left.files = event.files;
    else if (event.type === 'finished') summary = event.summary;
    else if (event.type === 'failed') failure = event.error.message;
  }).run();
  if (!summary) throw new Error(`${spec.name}: ${failure}`);
  return { ...left, summary };
}
