import { check, noTally, type Tally } from '../../testing/chaos/promise';
import type { Parser } from '../../testing/chaos/parser';
import type { Options } from './options';
import { table } from '../command';
import { Log } from './log';
import { wantedBy } from './only';
import { watchdog } from './watchdog';

/** Every parser of files from outside. ONNX files are written here, and none is read. */
export const parsers: Parser[] = Object.values(import.meta.glob<{ parsers: Parser[] }>('../../**/*.arbitrary.ts', { eager: true })).flatMap(({ parsers }) => parsers);

/** Runs between two lines of the log. */
const STEP = 1000;

/** State of a parser in the log: `broken` is the report of the run that broke its promise. */
type State = Tally & { broken: string | null };

/** Damaged files, `rounds` for each parser, to the first that breaks its promise. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<State>('files', path);
  const wanted = wantedBy(only);
  const chosen = parsers.filter(({ name }) => wanted(name));
  const dog = watchdog(chosen.map(({ name }) => name));
  const rows: [string, State][] = [];
  for (const [part, parser] of chosen.entries()) {
    const state: State = log.at(parser.name, seed) ?? { ...noTally(), broken: null };
    while (state.rounds < rounds && !state.broken) {
      state.broken = await check(parser, { seed, from: state.rounds, to: Math.min(rounds, state.rounds + STEP), tally: state, beat: (round) => dog.beat(part, round) });
      log.note(parser.name, seed, state);
    }
    rows.push([parser.name, state]);
    say(state.broken ?? `${parser.name}: ${state.rounds} rounds`);
  }
  await dog.end();
  table([['parser', 'rounds', 'read', 'refused', 'faults', 'slowest, ms', 'largest allocation, times the bytes', 'broken'], ...rows.map(([name, t]) => [name, String(t.rounds), String(t.read), String(t.refused), String(t.faults), (1000 * t.seconds).toFixed(0), Math.max(0, t.growth).toFixed(1), t.broken ? 'yes' : ''])]).forEach(say);
  return rows.every(([, { broken }]) => !broken);
}
