import type { Landscape } from '../../train/analysis.meta';
import { unpackRecording, type Recording } from '../../train/recording.meta';
import { setCurve } from '../store/metrics';
import { runOf } from '../store/runRecords';
import type { Run } from '../store/runs';

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

/** What JSON has no number for is none. */
const floats = (values: ArrayLike<number | null>): Float32Array => Float32Array.from(values, (value) => value ?? NaN);
