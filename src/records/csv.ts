import { defined } from '../numbers/defined';
import { learningRates } from '../train/config';
import { csv, type Cell } from '../io/csv.meta';
import type { RunRecord } from '../train/protocol';
import { bytesOf, measuresOf, planOf, runNames, scalarsOf, secondsOf, stepsOf, testOf, typicalSeconds } from './runs';

/** Columns that identify a run, at the head of its lines, so that a table is read without the page. */
const heads = ['run', 'method', 'setting', 'seed', 'model', 'data', 'adapter_parameters', 'learning_rate', 'by'];

function headOf(run: RunRecord, name: string): Cell[] {
  const { method: { method, ...fields }, train, model, data } = run.spec;
  const setting = Object.entries(fields).map(([field, value]) => `${field}=${Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [name, method, setting.join('; '), train.seed, run.model_title ?? model, run.data_title ?? data, planOf(run)?.adapter_parameters, learningRates(run.spec.method, train).lr, run.by ?? ''];
}

const headsOf = (runs: readonly RunRecord[]): Cell[][] => {
  const names = runNames(runs);
  return runs.map((run, i) => headOf(run, defined(names[i])));
};

/** Long form, a line a number: what the run is, `step`, `metric`, `value`. */
export function longCsv(runs: readonly RunRecord[]): string {
  const of = headsOf(runs);
  return csv([...heads, 'step', 'metric', 'value'], runs.flatMap((run, i) => scalarsOf(run).map(({ step, metric, value }) => [...defined(of[i]), step, metric, value])));
}

/** Wide form, a line for each step of each run: what the run is, `step`, `seconds`, and a column for each metric, empty where it was not measured. */
export function wideCsv(runs: readonly RunRecord[]): string {
  const of = headsOf(runs);
  const all = runs.map(scalarsOf);
  const metrics = [...new Set(all.flatMap((scalars) => scalars.map(({ metric }) => metric)))];
  const rows = all.flatMap((scalars, i) => {
    const bySteps = new Map<number, Map<string, number>>();
    const seconds = new Map<number, number>();
    for (const { step, metric, value, seconds: at } of scalars) {
      bySteps.set(step, (bySteps.get(step) ?? new Map<string, number>()).set(metric, value));
      seconds.set(step, at);
    }
    return [...bySteps].map(([step, values]) => [...defined(of[i]), step, seconds.get(step), ...metrics.map((metric) => values.get(metric))]);
  });
  return csv([...heads, 'step', 'seconds', ...metrics], rows);
}

/** A line a run: what it is, how it ended, what it reached on the test items and with the weights of which step, its best validation, and what it took. */
export function summaryCsv(runs: readonly RunRecord[]): string {
  const of = headsOf(runs);
  const reached = runs.map((run) => {
    const test = testOf(run);
    const best = run.summary?.best;
    return { ...(test && { ...measuresOf(test), 'test/items': test.count, 'test/step': test.step }), ...(best?.split === 'val' && measuresOf(best)) };
  });
  const metrics = [...new Set(reached.flatMap(Object.keys))];
  const rows = runs.map((run, i) => {
    const values: Record<string, number> = defined(reached[i]);
    return [...defined(of[i]), run.state ?? (run.summary ? 'done' : 'interrupted'), stepsOf(run), ...metrics.map((metric) => values[metric]), run.summary?.shared?.exact, run.summary?.shared?.near, planOf(run)?.trainable_parameters, bytesOf(run), secondsOf(run), typicalSeconds(run), run.summary?.images_per_second, run.summary?.device.description ?? '', run.notes ?? ''];
  });
  return csv([...heads, 'state', 'steps', ...metrics, 'test_items_in_training', 'test_items_nearly_in_training', 'trainable_parameters', 'device_bytes', 'seconds', 'typical_seconds', 'items_per_second', 'device', 'notes'], rows);
}
