import { defined } from '../numbers/defined';
import { meanOf } from '../numbers/stats';
import { deviceOf, typicalSeconds, type Experiment } from '../records/study';
import { table } from './command';
import { cells, rowsOf, tellDifferences, type CompareRow } from './compare';
import { resultOf } from './studyFolder';
import type { FinishedRun } from './train';

/** A row of the comparison, with time and memory of each device. */
interface BoardRow extends CompareRow {
  devices: { device: string; runs: number; seconds: number; total_bytes: number }[];
}

export interface Board {
  rows: BoardRow[];
  missing: string[];
}

/** Results of a study so far, as one table. */
export async function board(folder: string, experiments: readonly Experiment[], say: (line: string) => void): Promise<Board> {
  const results = await Promise.all(experiments.map((experiment) => resultOf(folder, experiment)));
  const runs = results.flatMap((result) => (result ? [result.run as FinishedRun] : []));
  const missing = experiments.filter((_, i) => !results[i]).map(({ name }) => name);
  const rows = rowsOf(runs).map((row) => {
    const own = runs.filter(({ spec }) => JSON.stringify(Object.entries(spec.method).sort()) === JSON.stringify(Object.entries(row.config).sort()));
    const devices = [...new Set(own.map(deviceOf))].sort().map((device) => {
      const on = own.filter((run) => deviceOf(run) === device);
      return { device, runs: on.length, seconds: meanOf(on.map(typicalSeconds))!.mean, total_bytes: defined(on[0]).summary.plan.total_bytes };
    });
    return { ...row, devices };
  });
  if (rows.length) {
    const printed = cells(rows);
    const lines = rows.map((row, i) => [...defined(printed[i]).slice(0, 5), row.devices.map(({ device, runs: n, seconds, total_bytes }) => `${n} on ${device}: ${seconds.toFixed(1)} s${total_bytes ? `, ${(total_bytes / 2 ** 20).toFixed(1)} MiB` : ''}`).join('; ')]);
    table([['method', 'setting', 'adapter parameters', 'test accuracy %', '95 % interval', 'runs by device: median step x steps, memory'], ...lines]).forEach(say);
    tellDifferences(rows, say);
  }
  if (missing.length) say(`${missing.length} of ${experiments.length} experiments have no result yet: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`);
  return { rows, missing };
}
