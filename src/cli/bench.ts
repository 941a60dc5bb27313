import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { groups, named } from '../bench/entries';
import { ADAPTERS, type Place } from '../bench/entry';
import type { Result, Runner } from '../bench/here';
import { adapterLine, parseReports, type Report } from '../bench/report';
import type { RunOptions } from '../bench/run';
import { floorTable } from '../bench/floors';
import { groupTable, readme } from '../bench/tables';
import { defined } from '../numbers/defined';
import { against } from './benchAgainst';
import { openChromium, openProcessor } from './benchBrowser';
import { machineLine } from './benchMachine';
import { openNode } from './benchNode';

const HELP = `npm run bench -- [--only NAME] [--in node|chromium|processor] [--rounds N] [--least N] [--without NAME] [--profile] [--json FILE]
Each entry against its named baseline in the same run: contestants in turn, the first step not counted, medians with
smallest and largest, bytes of GPU buffers, dispatches and submits. Every contestant's numbers are checked.
  --only NAME    only entries whose name contains NAME:
${named.map(({ name }) => `                   ${name}`).join('\n')}
  --in WHERE     node (Dawn on this machine's driver), chromium (a headless browser), or both, which is the default; or
                 processor (the same browser without an adapter, beside jax-js's WebAssembly, and PyTorch where
                 $FULLRANK_PYTHON has it)
  --threads N    threads on the processor (one for each core)
  --rounds N     steps of each contestant that are counted (5)
  --least N      seconds that an entry goes on for where its rounds are quicker than that (8)
  --seconds N    a contestant that has taken so long in an entry is not asked again (60)
  --without NAME leaves out the contestant of that name (a slow peer)
  --profile      also the time of each kernel of ours, by timestamp queries
  --json FILE    writes all numbers to FILE (- for standard output)
  --against COMMIT  measures the chosen entries at COMMIT and in this tree, --turns N times in turn (5), and says which became
                 slower or faster, and whose dispatches and bytes changed; in one place (node unless --in says another)
  --from FILE    measures nothing: prints the tables of what --json wrote, as they stand in src/docs/benchmark.md`;

const runners: Record<Place, (options: RunOptions, threads: number) => Promise<Runner>> = { node: openNode, chromium: openChromium, processor: openProcessor };

/** The benchmark; returns the exit code: 1 when a contestant failed or its numbers are wrong. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string', default: '' }, in: { type: 'string', default: 'both' }, threads: { type: 'string' }, rounds: { type: 'string', default: '5' }, least: { type: 'string', default: '8' }, seconds: { type: 'string', default: '60' },
      json: { type: 'string' }, without: { type: 'string', default: '' }, from: { type: 'string' }, against: { type: 'string' }, turns: { type: 'string', default: '5' }, profile: { type: 'boolean', default: false }, help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.from !== undefined) {
    console.log(readme(parseReports(await readFile(values.from, 'utf8'))));
    return 0;
  }
  const options: RunOptions = { profile: values.profile, without: values.without, rounds: whole('rounds', values.rounds), least: whole('least', values.least), seconds: whole('seconds', values.seconds) };
  const names = named.filter(({ name }) => name.includes(values.only)).map(({ name }) => name);
  if (!names.length) throw new Error(`--only ${values.only}: there are ${named.map(({ name }) => name).join(', ')}`);
  if (values.in !== 'both' && !Object.hasOwn(runners, values.in)) throw new Error(`--in ${values.in}: node, chromium, both or processor`);
  if (values.threads !== undefined && values.in !== 'processor') throw new Error(`--threads ${values.threads}: they are of --in processor`);
  const threads = values.in === 'processor' ? whole('threads', values.threads ?? String(availableParallelism())) : 0;
  if (values.against !== undefined) {
    const where = values.in === 'both' ? 'node' : (values.in as Place);
    return against({ commit: values.against, names, where, turns: whole('turns', values.turns), flags: ['--rounds', values.rounds, '--least', values.least, '--seconds', values.seconds, '--without', values.without, ...(threads ? ['--threads', String(threads)] : [])] }, (line) => console.log(line));
  }
  const say = values.json === '-' ? () => {} : (line: string) => console.log(line);
  const reports: Report[] = [];
  for (const where of values.in === 'both' ? ADAPTERS : [values.in as Place]) {
    reports.push(await report(where, names, options, say, threads));
    // After each place, so that a failure in the other loses nothing.
    if (values.json && values.json !== '-') await writeFile(values.json, JSON.stringify(reports, null, 2));
  }
  say(`\n${floorTable(reports)}`);
  if (values.json === '-') console.log(JSON.stringify(reports, null, 2));
  const faults = reports.flatMap((r) => r.rows.filter((row) => row.problem).map((row) => `${r.where}: ${row.group}/${row.entry}, ${row.contestant}: ${row.problem}`));
  faults.forEach((fault) => console.error(fault));
  return faults.length ? 1 : 0;
}

/** All chosen entries in one place, each group's table as soon as it is complete. */
async function report(where: Place, names: string[], options: RunOptions, say: (text: string) => void, threads: number): Promise<Report> {
  const runner = await runners[where](options, threads);
  const results: Result[] = [];
  try {
    const about = machineLine(runner.about);
    for (const group of groups) {
      const mine = names.filter((name) => named.find((n) => n.name === name)!.group === group);
      if (!mine.length) continue;
      const rows = [];
      for (const name of mine) {
        const result = await runner.run(name);
        results.push(result);
        rows.push(...result.rows);
      }
      say(groupTable(group.name, rows));
      rows.forEach((row) => row.profile && say(`${row.entry}, ${row.contestant}${row.profile}`));
    }
    const made: Report = { where, adapter: defined(results[0]).adapter, about, rounds: options.rounds, ...(threads && { threads }), rows: results.flatMap((r) => r.rows) };
    say(`\n(${adapterLine(made)})`);
    return made;
  } finally {
    await runner.close();
  }
}

function whole(name: string, text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 1000) throw new Error(`--${name} ${text}: a whole number from 1 to 1000`);
  return n;
}
