import type { Inside, Landscape, LandscapeSet } from '../../../analysis/analysis.meta';
import type { LabelStudy } from '../../../records/labelStudy.meta';
import { unpackRecording, type Recording } from '../../../records/recording.meta';
import type { MethodConfig } from '../../../train/protocol';
import { setCurve } from '../runs/metrics';
import { runOf } from '../runs/runRecords';
import type { Run } from '../runs/runs';

/** Analyses that come with the page (`benchmarks/walk`). They are fetched where they are shown. */

/** A walk at one seed as far as its corners and the straight lines between them; a `Landscape` is one. */
export type SeedWalk = Pick<Landscape, 'runs' | 'geometry' | 'lines'> & { sets: Pick<LandscapeSet, 'split' | 'images' | 'of' | 'corners'>[] };

/** A landscape that comes with the page, the three runs that it is of, and the same methods at other seeds. */
export interface RecordedWalk {
  landscape: Landscape;
  runs: Run[];
  others: SeedWalk[];
}

/** Loads something once; a later call tries again where it could not be fetched. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => {
    if (!loaded) {
      loaded = load();
      loaded.catch(() => (loaded = null));
    }
    return loaded;
  };
}

/** The recorded walk. */
export const openWalk = once(async (): Promise<RecordedWalk> => {
  const { landscape, others, recording } = (await import('../../recorded/walk.json')).default as unknown as { landscape: Landscape; others: SeedWalk[]; recording: Recording };
  const runs = unpackRecording(recording).map((record, i) => {
    const { run, curve } = runOf(record, `recorded-walk-${i}`);
    setCurve(run.id, curve);
    return run;
  });
  return { landscape: { ...landscape, sets: landscape.sets.map((set) => ({ ...set, loss: floats(set.loss), accuracy: floats(set.accuracy) })) }, runs, others };
});

/** Recorded look inside three runs, with the titles of their model and data. */
export interface RecordedInside {
  inside: Inside;
  model_title: string;
  data_title: string;
}

/** The recorded look inside. */
export const openInside = once(async (): Promise<RecordedInside> => {
  const { inside, ...of } = (await import('../../recorded/inside.json')).default as unknown as RecordedInside;
  return { ...of, inside: { ...inside, updates: inside.updates.map((list) => list.map((one) => ({ ...one, singular: floats(one.singular) }))) } };
});

/** A whole run at one rate. */
export interface RateRun {
  lr: number;
  /** Loss of each training step. */
  curve: readonly number[];
  /** At the end, on the held-back pictures and on the test pictures; infinite where it diverged. */
  held_loss: number;
  test_loss: number;
  /** Of the test pictures, 0 to 1. */
  accuracy: number;
}

/** Short runs of several methods at every rate of their ladders, one seed. */
export interface RecordedRates {
  model_title: string;
  data_title: string;
  classes: number;
  steps: number;
  /** Pictures held back, and test pictures. */
  held: number;
  tested: number;
  seed: number;
  /** In the order of the page; runs by their rate, ascending. */
  methods: { method: MethodConfig; own: number; runs: RateRun[] }[];
}

/** The recorded rates. */
export const openRates = once(async (): Promise<RecordedRates> => {
  const recorded = (await import('../../recorded/rates.json')).default as unknown as RecordedRates;
  const loss = (value: number | null): number => value ?? Infinity;
  return { ...recorded, methods: recorded.methods.map((one) => ({ ...one, runs: one.runs.map((run) => ({ ...run, held_loss: loss(run.held_loss), test_loss: loss(run.test_loss) })) })) };
});

/** The recorded comparison of two orders of labelling. */
export const openLabelStudy = once(async (): Promise<LabelStudy> => (await import('../../recorded/labels.json')).default as unknown as LabelStudy);

/** Turns null, which stands for numbers that JSON lacks, into NaN. */
const floats = (values: ArrayLike<number | null>): Float32Array => Float32Array.from(values, (value) => value ?? NaN);
