import { watchWebGpu } from './account';
import { entriesFor, groups } from './entries';
import type { Setup } from './entry';
import { bytesTable, table, type Row } from './report';
import { runEntry, type RunOptions } from './run';

export interface BenchOptions extends RunOptions {
  /** Only entries whose name contains this. */
  only: string;
}

/** Runs the entries in this realm one after another; `say` gets each group's table as text when it is ready. */
export async function runBench(setup: Setup, options: BenchOptions, say: (text: string) => void): Promise<Row[]> {
  watchWebGpu();
  const chosen = entriesFor(options.only);
  const rows: Row[] = [];
  for (const group of groups) {
    const mine: Row[] = [];
    for (const { entry } of chosen.filter((c) => c.group === group)) mine.push(...(await runEntry(group, entry, setup, options, say)));
    if (mine.length) say(groupTable(group.name, mine));
    rows.push(...mine);
  }
  return rows;
}

/** The rows of one group as Markdown: times, and bytes by role. */
export function groupTable(name: string, rows: Row[]): string {
  const { title, baseline } = groups.find((g) => g.name === name)!;
  return [table(title, baseline, rows), bytesTable(rows)].filter(Boolean).join('\n');
}
