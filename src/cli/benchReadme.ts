import { groupTable } from '../bench/all';
import { groups } from '../bench/entries';
import { adapterLine, type Report } from '../bench/report';

/** The tables of several runs, group by group, each under the adapter it was measured on: the README's text. */
export function readme(reports: Report[]): string {
  const heads = reports.map((r) => `- ${adapterLine(r)}`);
  const parts = groups.flatMap(({ name }) =>
    reports.flatMap((r) => {
      const rows = r.rows.filter((row) => row.group === name);
      return rows.length ? [`${groupTable(name, rows)}\n\n(${r.where}, median of ${r.rounds})`] : [];
    }),
  );
  return [heads.join('\n'), ...parts].join('\n');
}
