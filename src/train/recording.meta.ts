import type { Said } from '../said/said';
import { evaluationsEvery } from './config';
import type { DeviceReport, Evaluation, RunRecord, RunSpec, RunSummary, StepPoint } from './protocol';

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
  notes?: Record<string, Said>;
  /** The machine had other work meanwhile: seconds of these runs are compared with nothing. */
  busy?: boolean;
  runs: RecordedRun[];
}

type Column = Exclude<keyof StepPoint, 'step'>;
const columns: Column[] = ['loss', 'accuracy', 'lr', 'grad_norm', 'ms'];

interface RecordedRun {
  spec: RunSpec;
  /** Steps 1 to n in columns, four digits each. */
  curve: Record<Column, number[]>;
  /** Each class and the confusions of the last one only. */
  evaluations: Evaluation[];
  summary: Omit<RunSummary, 'best' | 'final' | 'device' | 'start'>;
}

const short = (value: number): number => Number(value.toPrecision(4));

/**
 * Packs finished runs of one model and data set. Runs that were not followed while they trained are kept for their results, and so are
 * all where `followed` is false: without curves, and with their last evaluation alone.
 */
export function packRecording(command: string, about: Pick<Recording, 'model_title' | 'data_title' | 'classes' | 'budget' | 'notes' | 'busy'>, records: readonly RunRecord[], followed = true): Recording {
  const runs = records.map(({ spec, curve, evaluations, summary }): RecordedRun => {
    const drawn = followed && evaluationsEvery(spec.train, 1) > 0;
    const { best: _best, final: _final, start: _start, device: _device, ...rest } = summary!;
    const { images: _images, ...final } = summary!.final!;
    return {
      spec,
      curve: Object.fromEntries(columns.map((name) => [name, drawn ? curve.map((point) => short(point[name])) : []])) as RecordedRun['curve'],
      evaluations: [...(followed ? evaluations.slice(0, -1) : []).map((one) => ({ ...one, images: undefined, loss: short(one.loss), per_class: [], confusion: [] })), { ...final, loss: short(final.loss), per_class: final.per_class.map(short) }],
      // The form of each layer is long and shown nowhere.
      summary: { ...rest, seconds: short(rest.seconds), images_per_second: short(rest.images_per_second), plan: { ...rest.plan, forms: {} } },
    };
  });
  return { version: 1, command, device: { ...records[0].summary!.device, limits: {}, features: [], matrices: [] }, ...about, runs };
}

/** The runs of a recording, as run files keep them. */
export function unpackRecording(recording: Recording): RunRecord[] {
  const { device, model_title, data_title, classes, budget } = recording;
  return recording.runs.map(({ spec, curve, evaluations, summary }) => {
    const final = evaluations.at(-1) ?? null;
    return {
      spec: { ...spec, ...(budget && { budget }) },
      curve: curve.loss.map((_, i) => ({ step: i + 1, ...(Object.fromEntries(columns.map((name) => [name, curve[name][i]])) as Record<Column, number>) })),
      evaluations,
      summary: { ...summary, best: final, final, device },
      model_title,
      data_title,
      classes,
    };
  });
}
