import type { LoadedAdapter } from '../adapters/files';
import { DataError, type Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import type { Arrays } from '../adapters/method';
import { defined } from '../numbers/defined';
import type { AnalysedRun, RunFiles, Snapshot } from './analysis.meta';
import { holdsBack, keptTrain } from '../train/config';
import type { LoadedModel } from '../train/openModel';
import { openTrained } from '../train/openTrained';
import type { RunSpec } from '../train/protocol';
import type { FeedOf } from '../train/readings';
import { runSplits, type RunSplits } from '../train/split';
import { updateOf } from '../train/updates';

/** A trained run, opened: its adapter on its model, and what it changed. */
export interface OpenedRun {
  spec: RunSpec;
  loaded: LoadedAdapter;
  update: Arrays;
  snapshots: Snapshot[];
}

export interface AnalysisInput {
  model: LoadedModel;
  data: Dataset;
  runs: RunSpec[];
  files: (run: string) => Promise<RunFiles>;
  /** As of `Reading`. */
  feedOf?: FeedOf;
}

/** Opens the runs. They must be of one model, one set of classes and one image size. Throws DataError. */
export async function openRuns(device: Device, { model, data, runs, files }: AnalysisInput, signal: AbortSignal, progress: (done: number) => void): Promise<OpenedRun[]> {
  const out: OpenedRun[] = [];
  for (const [i, spec] of runs.entries()) {
    signal.throwIfAborted();
    progress(i);
    if (spec.model !== defined(runs[0]).model || spec.data !== defined(runs[0]).data) throw new DataError(`${spec.name} was trained on ${spec.model} with ${spec.data}, ${defined(runs[0]).name} on ${defined(runs[0]).model} with ${defined(runs[0]).data}; only runs of one model and one data set lie in one space.`);
    const { files: saved, snapshots } = await files(spec.id);
    const loaded = await openTrained(device, { spec, files: saved, model, data }, { vision: true, signal });
    const first = out[0]?.loaded.adapted.model;
    const own = loaded.adapted.model;
    if (first && JSON.stringify(first.labels) !== JSON.stringify(own.labels)) throw new DataError(`${spec.name} and ${defined(runs[0]).name} tell different classes apart.`);
    if (first && first.image_size !== own.image_size) throw new DataError(`${spec.name} was trained at ${own.image_size} pixels, ${defined(runs[0]).name} at ${first.image_size}.`);
    if (first && first.head !== own.head) throw new DataError(`${spec.name} and ${defined(runs[0]).name} have heads of different kinds (texts, or a trained classifier).`);
    out.push({ spec, loaded, update: await updateOf(device, model, loaded, signal), snapshots });
  }
  progress(runs.length);
  return out;
}

/** The update at a snapshot: the run's saved values with the snapshot's in their places. Null for one that does not belong. */
export async function updateAt(device: Device, model: LoadedModel, { loaded }: OpenedRun, { bytes }: Snapshot, signal: AbortSignal): Promise<Arrays | null> {
  const file = await openSafetensors(bytesAccess(bytes));
  const values: Arrays = { ...loaded.values };
  let found = 0;
  for (const name of file.names()) {
    const data = await file.readF32(name);
    if (!values[name]) continue;
    if (values[name].length !== data.length) return null;
    values[name] = data;
    found++;
  }
  return found ? updateOf(device, model, { adapted: loaded.adapted, values }, signal) : null;
}

export const asAnalysed = (spec: RunSpec): AnalysedRun => ({ id: spec.id, name: spec.name, method: spec.method.method, spec });

/** The images of the first run, and sentences where the others had different ones. */
export function imagesOf(data: Dataset, runs: readonly RunSpec[]): { splits: RunSplits; notes: string[] } {
  const [first, ...others] = runs as [RunSpec, ...RunSpec[]];
  const splits = runSplits(data, keptTrain(first.train));
  const key = ({ train, edits }: RunSpec) => {
    const kept = keptTrain(train);
    const { seed, val_fraction, train_limit, test_limit, limit_rule, shots } = kept;
    // The seed parts images only where something is held back or few are taken.
    return JSON.stringify([val_fraction, train_limit, test_limit, limit_rule, shots, holdsBack(kept), holdsBack(kept) || shots > 0 ? seed : 0, edits ?? null]);
  };
  const differ = others.filter((run) => key(run) !== key(first)).map(({ name }) => name);
  return { splits, notes: differ.length ? [`Images are those of ${first.name}; ${differ.join(' and ')} had another split, and may have trained on images that count as held back here.`] : [] };
}
