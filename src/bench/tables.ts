import { groups } from './entries';
import { adapterLine, bytesTable, table, type Report, type Row } from './report';

/** The rows of one group as Markdown: times, and bytes by role where programs are planned. */
export function groupTable(name: string, rows: Row[]): string {
  const { title, baseline } = groups.find((g) => g.name === name)!;
  return [table(title, baseline, rows), bytesTable(rows)].filter(Boolean).join('\n');
}

/** The tables of several runs, group by group, as they stand in the README. Bytes by role are the same everywhere: they come once. */
export function readme(reports: Report[]): string {
  const parts = groups.flatMap(({ name, title, baseline }) => {
    const of = (r: Report) => r.rows.filter((row) => row.group === name);
    const tables = reports.filter((r) => of(r).length).map((r) => table(`${title}. ${r.where === 'node' ? 'Node' : 'Chromium'}:`, baseline, of(r)));
    return [...tables, bytesTable(reports.map(of).find((rows) => rows.length) ?? [])].filter(Boolean);
  });
  return [reports.map((r) => `- ${adapterLine(r)}`).join('\n'), ...parts].join('\n');
}
