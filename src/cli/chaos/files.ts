import type { Parser } from '../../testing/chaos/parser';
import { parsers } from '../../testing/chaos/parsers';
import { gridSample } from '../../testing/chaos/samples';
import { noTally, openSamples, runRounds, type Tally } from '../../testing/chaos/rounds';
import type { Options } from './options';
import { table } from '../command';
import { parseSpec } from '../compare';
import { Log } from './log';
import { wantedBy } from './only';
import { watchdog } from './watchdog';

/** The grid of `fullrank compare` and of a study. */
const spec: Parser = {
  name: 'study and compare',
  samples: async () => [{ 'study.json': new TextEncoder().encode(JSON.stringify(gridSample)) }],
  read: (files) => parseSpec(new TextDecoder().decode(files['study.json']), 'study.json'),
};

/** All parsers; what the page reads is asked of the page's own files, which no room may import. */
export function allParsers(): Parser[] {
  const page = import.meta.glob<{ parsers: Parser[] }>('../../ui/**/*.chaos.ts', { eager: true });
  return [...parsers, spec, ...Object.values(page).flatMap(({ parsers }) => parsers)];
}

/** Rounds between two lines of the log. */
const STEP = 1000;

/** Mutated files, `rounds` for each parser. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<Tally>('files', path);
  const wanted = wantedBy(only);
  const chosen = allParsers().filter(({ name }) => wanted(name));
  const dog = watchdog(chosen.map(({ name }) => name));
  const rows: [string, Tally][] = [];
  for (const [part, parser] of chosen.entries()) {
    const samples = await openSamples(parser);
    let tally = log.at(parser.name, seed) ?? noTally();
    while (tally.rounds < rounds) {
      const known = tally.broken.length;
      tally = await runRounds(parser, samples, seed, tally.rounds, Math.min(rounds, tally.rounds + STEP), tally, (round) => dog.beat(part, round));
      log.note(parser.name, seed, tally);
      for (const { round, faults, why } of tally.broken.slice(known, known + 5)) say(`${parser.name}, seed ${seed}, round ${round} (${faults.join(', ')}): ${why}`);
      // One fault of a parser shows many times.
      if (tally.broken.length > 50) break;
    }
    rows.push([parser.name, tally]);
    say(`${parser.name}: ${tally.rounds} rounds, ${tally.broken.length} broken`);
  }
  await dog.end();
  table([['parser', 'rounds', 'read', 'refused', 'faults', 'slowest, ms', 'largest allocation, times the bytes', 'broken'], ...rows.map(([name, t]) => [name, String(t.rounds), String(t.read), String(t.refused), String(Object.values(t.faults).reduce((a, b) => a + b, 0)), (1000 * t.seconds).toFixed(0), Math.max(0, t.growth).toFixed(1), String(t.broken.length)])]).forEach(say);
  return rows.every(([, tally]) => tally.broken.length === 0);
}
