import { hubRound } from '../../testing/chaos/hubRounds';
import type { Options } from './options';
import { table } from '../command';
import { Log } from './log';

interface State {
  rounds: number;
  loaded: number;
  refused: number;
  resumed: number;
  faults: Record<string, number>;
  broken: { round: number; faults: string[]; why: string }[];
}

/** Loads from a hub on this machine that does everything wrong that a hub can, `rounds` times. */
export async function run({ rounds, seed, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<State>('hub', path);
  const state: State = log.at('hub', seed) ?? { rounds: 0, loaded: 0, refused: 0, resumed: 0, faults: {}, broken: [] };
  while (state.rounds < rounds) {
    const { faults, loaded, resumed, broken } = await hubRound(seed, state.rounds);
    for (const fault of faults) state.faults[fault] = (state.faults[fault] ?? 0) + 1;
    state[loaded ? 'loaded' : 'refused']++;
    state.resumed += resumed;
    if (broken) {
      state.broken.push({ round: state.rounds, faults, why: broken });
      say(`seed ${seed}, round ${state.rounds} (${faults.join('; ')}): ${broken}`);
    }
    state.rounds++;
    log.note('hub', seed, state);
  }
  table([['fault', 'times'], ...Object.entries(state.faults).sort().map(([fault, n]) => [fault, String(n)])]).forEach(say);
  say(`${state.rounds} rounds: ${state.loaded} loaded, ${state.refused} refused with a sentence, ${state.resumed} requests for the rest of a file, ${state.broken.length} broken`);
  return state.broken.length === 0;
}
