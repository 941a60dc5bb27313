import { defined } from '../numbers/defined';
import { evaluationsEvery } from '../train/config';
import type { DeviceReport, Evaluation, RunRecord, RunSpec, RunSummary, StepPoint } from '../train/protocol';

/**
 * A recorded comparison, as small as it can be and still be drawn like runs of one's own: `fullrank compare --record` writes
 * it, the page shows it before anything was trained.
 */
export interface Recording {
  version: 1;
  /** The command that made it. */
  command: string;
  device: DeviceReport;
  model_title: string;
  data_title: string;
  classes: string[];
  /** Adapter parameters that every method aimed at, where they did, and why some methods missed it. */
  budget?: number;
  notes?: Record<string, string>;
  /** The machine had other work meanwhile: seconds of these runs are compared with nothing. */
  busy?: boolean;
  runs: RecordedRun[];
}

export interface RecordedRun {
  spec: RunSpec;
  /** The loss of steps 1 to n, three digits each: what else is known of a step, nobody asks of a recording, and it is fetched before the page is of use. */
  curve: { loss: number[] };
  /** Each class and the confusions of the last one only. */
  evaluations: Evaluation[];
  summary: Omit<RunSummary, 'best' | 'final' | 'device' | 'start'>;
}

const short = (value: number, digits = 4): number => Number(value.toPrecision(digits));

/**
 * Packs finished runs of one model and data set. Runs that were not followed while they trained are kept for their results, and so are
 * those that `follows` leaves out: without curves, and with their last evaluation alone.
 */
export function packRecording(command: string, about: Pick<Recording, 'model_title' | 'data_title' | 'classes' | 'budget' | 'notes' | 'busy'>, records: readonly RunRecord[], follows: (spec: RunSpec) => boolean = () => true): Recording {
  const runs = records.map(({ spec, curve, evaluations, summary }): RecordedRun => {
    const followed = follows(spec);
    const drawn = followed && evaluationsEvery(spec.train, 1) > 0;
    const { best: _best, final: _final, start: _start, device: _device, ...rest } = summary!;
    const { images: _images, ...final } = summary!.final!;
    return {
      spec,
      curve: { loss: drawn ? curve.map(({ loss }) => short(loss, 3)) : [] },
      evaluations: [...(followed ? evaluations.slice(0, -1) : []).map((one) => ({ ...one, images: undefined, loss: short(one.loss, 3), per_class: [], confusion: [] })), { ...final, loss: short(final.loss), per_class: final.confusion.length > 0 ? [] : final.per_class }],
      // The form of each layer is long and shown nowhere.
      summary: { ...rest, seconds: short(rest.seconds), images_per_second: short(rest.images_per_second), plan: { ...rest.plan, forms: {} } },
    };
  });
  return { version: 1, command, device: { ...defined(records[0]).summary!.device, limits: {}, features: [], matrices: [] }, ...about, runs };
}

/** The runs of a recording, as run files keep them. */
export function unpackRecording(recording: Recording): RunRecord[] {
  const { device, model_title, data_title, classes, budget } = recording;
  return recording.runs.map(({ spec, curve, evaluations, summary }) => {
    const last = evaluations.at(-1);
    // Of each class, as its row of the confusions says.
    const final = last ? { ...last, per_class: last.confusion.length > 0 ? last.confusion.map((row, i) => defined(row[i]) / Math.max(1, row.reduce((sum, count) => sum + count, 0))) : last.per_class } : null;
    return {
      spec: { ...spec, ...(budget && { budget }) },
      // Every step took as long as the mean.
      curve: curve.loss.map((loss, i): StepPoint => ({ step: i + 1, loss, accuracy: NaN, lr: NaN, grad_norm: NaN, ms: (1000 * summary.seconds) / curve.loss.length })),
      evaluations: final ? [...evaluations.slice(0, -1), final] : [],
      summary: { ...summary, best: final, final, device },
      model_title,
      data_title,
      classes,
    };
  });
}
