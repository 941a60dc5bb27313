import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { BenchOptions } from '../bench/all';
import { entriesFor, entryName } from '../bench/entries';
import { adapterLine, type Report } from '../bench/report';
import { benchInChromium } from './benchBrowser';
import { benchInNode } from './benchNode';
import { readme } from './benchReadme';

const HELP = `npm run bench -- [--only NAME] [--in node|chromium] [--rounds N] [--profile] [--json FILE]
Each entry against its named baseline in the same run: contestants in turn, the first step not counted, medians with
smallest and largest, bytes of GPU buffers, dispatches and submits. Every contestant's numbers are checked.
  --only NAME    only entries whose name contains NAME:
${entriesFor('').map(({ group, entry }) => `                   ${entryName(group, entry)}`).join('\n')}
  --in WHERE     node (Dawn on this machine's driver), chromium (a headless browser), or both, which is the default
  --rounds N     steps of each contestant that are counted (5)
  --seconds N    a contestant that has taken so long in an entry is counted once and not asked again (60)
  --profile      also the time of each kernel of ours, by timestamp queries
  --json FILE    writes all numbers to FILE (- for standard output)
  --from FILE    measures nothing: prints the tables of numbers that --json wrote, as they stand in the README`;

/** The benchmark; returns the exit code: 1 when somebody's numbers are wrong or a contestant failed. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string', default: '' }, in: { type: 'string', default: 'both' }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '60' },
      json: { type: 'string' }, from: { type: 'string' }, profile: { type: 'boolean', default: false }, help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.from !== undefined) {
    console.log(readme(JSON.parse(await readFile(values.from, 'utf8')) as Report[]));
    return 0;
  }
  const options: BenchOptions = { only: values.only, profile: values.profile, rounds: whole('rounds', values.rounds), seconds: whole('seconds', values.seconds) };
  if (!entriesFor(values.only).length) throw new Error(`--only ${values.only}: there are ${entriesFor('').map(({ group, entry }) => entryName(group, entry)).join(', ')}`);
  if (!['node', 'chromium', 'both'].includes(values.in)) throw new Error(`--in ${values.in}: node, chromium or both`);
  const say = values.json === '-' ? () => {} : (line: string) => console.log(line);
  const reports: Report[] = [];
  for (const [where, bench] of [['node', benchInNode], ['chromium', benchInChromium]] as const) {
    if (values.in !== 'both' && values.in !== where) continue;
    const report = await bench(options, say);
    say(`\n(${adapterLine(report)})`);
    reports.push(report);
  }
  if (values.json === '-') console.log(JSON.stringify(reports, null, 2));
  else if (values.json) await writeFile(values.json, JSON.stringify(reports, null, 2));
  const faults = reports.flatMap((r) => r.rows.filter((row) => row.problem).map((row) => `${r.where}: ${row.entry}, ${row.contestant}: ${row.problem}`));
  faults.forEach((fault) => console.error(fault));
  return faults.length ? 1 : 0;
}

function whole(name: string, text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 1000) throw new Error(`--${name} ${text}: a whole number from 1 to 1000`);
  return n;
}
