import type { Inside, Landscape } from '../../train/analysis.meta';
import { unpackRecording, type Recording } from '../../train/recording.meta';
import { setCurve } from './metrics';
import { runOf } from './runRecords';
import type { Run } from './runs';

/** Analyses that come with the page: those of the project that comes with it, without its adapters. They are fetched where they are shown. */

/** A landscape that comes with the page, and the three runs that it is of. */
export interface RecordedWalk {
  landscape: Landscape;
  runs: Run[];
}

let opening: Promise<RecordedWalk> | null = null;

/** Fetches the recorded walk, once; a later call tries again where it cannot be fetched. */
export function openWalk(): Promise<RecordedWalk> {
  opening ??= import('../recorded/walk.json').then(({ default: file }) => {
    const { landscape, recording } = file as unknown as { landscape: Landscape; recording: Recording };
    const runs = unpackRecording(recording).map((record, i) => {
      const { run, curve } = runOf(record, `recorded-walk-${i}`);
      setCurve(run.id, curve);
      return run;
    });
    return { landscape: { ...landscape, sets: landscape.sets.map((set) => ({ ...set, loss: floats(set.loss), accuracy: floats(set.accuracy) })) }, runs };
  });
  opening.catch(() => (opening = null));
  return opening;
}

/** What three runs did to the model, and what they were of. */
export interface RecordedInside {
  inside: Inside;
  model_title: string;
  data_title: string;
}

let looking: Promise<RecordedInside> | null = null;

/** Fetches the recorded look inside, as `openWalk` does the walk. */
export function openInside(): Promise<RecordedInside> {
  looking ??= import('../recorded/inside.json').then(({ default: file }) => {
    const { inside, ...of } = file as unknown as RecordedInside;
    return { ...of, inside: { ...inside, updates: inside.updates.map((list) => list.map((one) => ({ ...one, singular: floats(one.singular) }))) } };
  });
  looking.catch(() => (looking = null));
  return looking;
}

/** What JSON has no number for is none. */
const floats = (values: ArrayLike<number | null>): Float32Array => Float32Array.from(values, (value) => value ?? NaN);
