import Papa from 'papaparse';
import type { RunRecord } from '../train/protocol';
import { runNames, scalarsOf } from './runs';

/** How a formula begins. Papa's own pattern overlooks those with line breaks. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Curves as CSV. Names come from outside: text that a spreadsheet would run as a formula is set off by an apostrophe. What
 * was measured and is no number is left empty.
 */
const csv = (fields: string[], data: (string | number)[][]): string => `${Papa.unparse({ fields, data }, { escapeFormulae: FORMULA, newline: '\n' })}\n`;
const cell = (value: number | undefined): number | string => (value !== undefined && Number.isFinite(value) ? value : '');

/** Long form, a line a number: `run,step,metric,value`. */
export function longCsv(runs: readonly RunRecord[]): string {
  const names = runNames(runs);
  return csv(['run', 'step', 'metric', 'value'], runs.flatMap((run, i) => scalarsOf(run).map(({ step, metric, value }) => [names[i]!, step, metric, cell(value)])));
}

/** Wide form, a line for each step of each run: `run`, `step`, `seconds`, and a column for each metric, empty where it was not measured. */
export function wideCsv(runs: readonly RunRecord[]): string {
  const names = runNames(runs);
  const all = runs.map(scalarsOf);
  const metrics = [...new Set(all.flatMap((scalars) => scalars.map(({ metric }) => metric)))];
  const rows = all.flatMap((scalars, i) => {
    const bySteps = new Map<number, Map<string, number>>();
    const seconds = new Map<number, number>();
    for (const { step, metric, value, seconds: at } of scalars) {
      bySteps.set(step, (bySteps.get(step) ?? new Map<string, number>()).set(metric, value));
      seconds.set(step, at);
    }
    return [...bySteps].map(([step, values]) => [names[i]!, step, cell(seconds.get(step)), ...metrics.map((metric) => cell(values.get(metric)))]);
  });
  return csv(['run', 'step', 'seconds', ...metrics], rows);
}
