import { methods } from '../adapters/index';
import type { MethodConfig } from '../adapters/field';
import { defined } from '../numbers/defined';
import type { RunRecord } from '../train/protocol';
import { scoresOf } from '../train/scores.meta';
import { clock, deviceOf, fileNames, imagesPerStep, runNames, stepsOf, testOf, typicalSeconds } from './runs';
import { usualStep } from '../numbers/stats';

/**
 * Runs in the shape of PEFT's method_comparison (results/*.json there, read by its processing.py), one file a run, so that
 * they stand in its table and Pareto plot. Images have no tokens: `train total tokens` is 0. Memory is one number, since a
 * run allocates everything before its first step.
 */
export function peftJsonFiles(runs: readonly RunRecord[]): { path: string; bytes: string }[] {
  const files = fileNames(runs);
  const names = runNames(runs);
  return runs.map((run, i) => ({ path: `${files[i]}.json`, bytes: comparisonText(comparison(run, defined(names[i]))) }));
}

/** Such a file; JSON has no word for numbers that are none. */
export const comparisonText = (value: object): string => `${JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? null : part), 2)}\n`;

/** The config as PEFT spells it; null, which its reader shows as full fine-tuning, for that alone. */
function peftConfig(method: MethodConfig, model: string): Record<string, unknown> | null {
  const { method: name, ...fields } = method;
  const known = Object.hasOwn(methods, name) ? defined(methods[name]) : undefined;
  if (!known || known.trains === 'weights') return null;
  const codec = known.codecs?.[0];
  return { ...fields, peft_type: codec?.type ?? name.toUpperCase(), base_model_name_or_path: model, task_type: null, ...codec?.mark };
}

const statuses = { done: 'success', stopped: 'canceled', interrupted: 'canceled', failed: 'failed' } as const;

/** A run of this name in that shape. */
export function comparison(run: RunRecord, name: string): object {
  const { spec, summary, created, ended, error } = run;
  const plan = summary?.plan ?? run.plan;
  const trainTime = run.seconds ?? summary?.seconds ?? clock(run)(Infinity);
  const allocated = Object.values(summary?.allocated ?? run.allocated ?? plan?.bytes ?? {}).reduce((sum, bytes) => sum + bytes, 0);
  const status = statuses[run.state ?? (summary ? 'done' : 'interrupted')];
  const device = summary?.device;
  return {
    run_info: {
      created_at: created ? new Date(created).toISOString() : null,
      total_time: created && ended && ended > created ? (ended - created) / 1000 : trainTime,
      experiment_name: `${spec.method.method}/${name}`,
      peft_branch: 'fullrank',
      train_config: { model_id: spec.model, dataset: spec.data, ...spec.train },
      peft_config: peftConfig(spec.method, spec.model),
      error_msg: error?.message ?? '',
    },
    train_info: {
      accelerator_memory_reserved_avg: allocated,
      accelerator_memory_max: allocated,
      accelerator_memory_reserved_99th: allocated,
      train_time: trainTime,
      ...comparedTimes(run),
      file_size: run.adapter_bytes ?? 4 * (plan?.trainable_parameters ?? 0),
      num_trainable_params: plan?.trainable_parameters ?? 0,
      num_total_params: null,
      // Its reader takes the test accuracy of a success for granted.
      status: status === 'success' && !testOf(run) ? 'failed' : status,
      metrics: metrics(run, allocated),
    },
    meta_info: {
      model_info: { sha: null, created_at: null },
      dataset_info: { [spec.data]: { sha: null, created_at: null } },
      package_info: Object.fromEntries(['transformers', 'peft', 'datasets', 'bitsandbytes', 'torch'].flatMap((library) => [[`${library}-version`, null], [`${library}-commit-hash`, null]])),
      system_info: { system: 'WebGPU', release: '', version: '', machine: device?.architecture ?? '', processor: '', accelerator: device ? [device.vendor, device.description].filter(Boolean).join(' ') : '' },
      pytorch_info: '',
    },
  };
}

/**
 * What PEFT has no place for: `train_time` has the first step in it, for which kernels are compiled, so that of several runs in a process the
 * first looks slow. Times are compared by `typical_train_time`, among those of one `device`.
 */
function comparedTimes(run: RunRecord): { first_step_time: number; median_step_time: number; typical_train_time: number; device: string } {
  const ms = run.curve.map((point) => point.ms);
  return { first_step_time: (ms[0] ?? NaN) / 1000, median_step_time: usualStep(ms) / 1000, typical_train_time: typicalSeconds(run), device: deviceOf(run) };
}

/** A row for each evaluation that followed the training, and last the result on the test images. */
function metrics(run: RunRecord, allocated: number): object[] {
  const timeOf = clock(run);
  const test = testOf(run);
  const last = stepsOf(run) ?? 0;
  let from = 0;
  /** Mean training loss of the steps since the last row. */
  const lossUntil = (step: number): number => {
    const losses = run.curve.filter((point) => point.step > from && point.step <= step).map(({ loss }) => loss);
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  };
  const on = run.evaluations.some(({ split }) => split === 'val') ? 'val' : 'test';
  const followed = run.evaluations.filter(({ split }) => split === on);
  const rows: object[] = followed.map(({ step, accuracy, loss }) => {
    const [elapsed, before] = [timeOf(step), timeOf(from)];
    const samples = step * imagesPerStep(run);
    const row = { step, 'valid accuracy': accuracy, 'valid loss': loss, 'train loss': lossUntil(step), 'train samples': samples, 'train time': elapsed - before, 'eval time': null, 'images / sec': (samples - from * imagesPerStep(run)) / (elapsed - before), 'mem allocated avg': allocated, 'mem reserved avg': allocated, 'elapsed time': elapsed };
    from = step;
    return row;
  });
  from = run.curve.at(-11)?.step ?? 0;
  const scores = test && scoresOf(test);
  if (test) rows.push({ step: last, 'test accuracy': test.accuracy, ...(scores && { 'test balanced accuracy': scores.balanced_accuracy, 'test macro f1': scores.macro_f1 }), 'test loss': test.loss, 'train loss': lossUntil(last), 'train samples': last * imagesPerStep(run), 'train total tokens': 0, forgetting: null });
  return rows;
}
