import { defined } from '../numbers/defined';
import { groups } from './entries';
import { placeTitles } from './entry';
import { floorTable } from './floors';
import { adapterLine, bytesTable, table, type Report, type Row } from './report';

/** The rows of one group as Markdown: times, and bytes by role where programs are planned. */
export function groupTable(name: string, rows: Row[]): string {
  const { title, baseline } = groups.find((g) => g.name === name)!;
  return [table(title, baseline, rows), bytesTable(rows)].filter(Boolean).join('\n');
}

/** The tables of several runs as they stand in src/docs/benchmark.md: floors open, groups folded. Bytes by role are the same everywhere: they come once. */
export function readme(reports: Report[]): string {
  const parts = groups.flatMap(({ name, title, baseline }) => {
    const mine = reports.map(({ where, rows }) => ({ where, rows: rows.filter((row) => row.group === name) })).filter(({ rows }) => rows.length);
    if (!mine.length) return [];
    return [`\n<details><summary>${title}</summary>\n`, ...mine.map(({ where, rows }) => table(`${placeTitles[where]}:`, baseline, rows)), bytesTable(defined(mine[0]).rows), '\n</details>'].filter(Boolean);
  });
  const floors = floorTable(reports);
  return [reports.map((r) => `- ${adapterLine(r)}`).join('\n'), ...(floors ? [`\n**Floors**\n\n${floors}`] : []), ...parts].join('\n');
}
