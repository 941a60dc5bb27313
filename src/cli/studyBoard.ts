import { defined } from '../numbers/defined';
import { table } from './command';
import { cells as printedCells, measureHead, rowsOf, scoreCells, scoreNames, tellDifferences, type CompareRow } from './compare';
import { experimentName, resultOf, type Study } from './studyFolder';

export interface Board {
  rows: CompareRow[];
  missing: string[];
}

/** Results of a study so far, as one table. */
export async function board(folder: string, { cells, seeds, experiments }: Pick<Study, 'cells' | 'seeds' | 'experiments'>, say: (line: string) => void): Promise<Board> {
  const results = await Promise.all(experiments.map((experiment) => resultOf(folder, experiment)));
  const there = new Set(experiments.filter((_, i) => results[i]).map(({ name }) => name));
  const names = cells.flatMap((cell) => seeds.map((seed) => experimentName(cell, seed)));
  const missing = names.filter((name) => !there.has(name));
  const rows = rowsOf(results.flatMap((result) => (result ? [result.run] : [])));
  if (rows.length) {
    const [printed, scores] = [printedCells(rows), scoreNames(rows)];
    const lines = rows.map((row, i) => [...defined(printed[i]).slice(0, 5), ...scoreCells(row, scores), row.devices.map(({ device, runs, seconds, total_bytes }) => `${runs} on ${device}: ${Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : 'one step, no time'}${total_bytes ? `, ${(total_bytes / 2 ** 20).toFixed(1)} MiB` : ''}`).join('; ')]);
    table([['method', 'setting', 'adapter parameters', measureHead(rows), '95 % interval', ...scores, 'runs by device: median step x steps, memory'], ...lines]).forEach(say);
    tellDifferences(rows, say);
  }
  if (missing.length) say(`${missing.length} of ${names.length} experiments have no result yet: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`);
  return { rows, missing };
}
