import { Random } from '../../data/random';
import type { Options } from './options';
import { table } from '../command';
import { ensureBuilt } from '../setup/build.mjs';
import { serve } from '../setup/serve.mjs';
import { clockParts } from './browser/clocks';
import { gpuParts } from './browser/gpu';
import { uninterrupted, type Part, type Undisturbed } from './browser/host';
import { killedParts } from './browser/killed';
import { storageParts } from './browser/storage';
import { tabParts } from './browser/tabs';
import { Log } from './log';
import { wantedBy } from './only';
import { messageOf } from '../../errors/errors';

/** Faults around the built page in Chromium: what was said to be kept is there, and a run that goes on ends with the same bits as one that nothing befell. */

export const browserParts: Record<string, Part> = { ...killedParts, ...gpuParts, ...storageParts, ...tabParts, ...clockParts };

interface State {
  rounds: number;
  /** Rounds by what a fault met. */
  met: Record<string, number>;
  broken: { round: number; why: string }[];
}

/** A run that nothing befell, by where it was computed: once for all parts and calls. */
const wholes: Partial<Record<Part['on'], Undisturbed>> = {};

/** Runs `rounds` of each part on the built page. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<State>('browser', path);
  const wanted = wantedBy(only);
  const states: [string, State][] = [];
  for (const [index, [name, part]] of Object.entries(browserParts).entries()) {
    if (!wanted(name)) continue;
    const state: State = log.at(name, seed) ?? { rounds: 0, met: {}, broken: [] };
    states.push([name, state]);
    if (state.rounds >= rounds) continue;
    const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: `globalThis.fullrankFaster = '${part.on}';\n${part.prelude ?? ''}` });
    try {
      const whole = (wholes[part.on] ??= await uninterrupted(server.url));
      while (state.rounds < rounds) {
        try {
          const met = await part.round({ url: server.url, random: new Random(seed, index, state.rounds), ...whole });
          state.met[met] = (state.met[met] ?? 0) + 1;
        } catch (error) {
          const why = messageOf(error);
          state.broken.push({ round: state.rounds, why });
          say(`${name}, seed ${seed}, round ${state.rounds}: ${why}`);
        }
        state.rounds++;
        log.note(name, seed, state);
      }
    } finally {
      await server.close();
    }
  }
  table([['part', 'rounds', 'met', 'broken'], ...states.map(([name, { rounds: done, met, broken }]) => [name, String(done), Object.entries(met).map(([what, times]) => `${what} ${times}`).join(', '), String(broken.length)])]).forEach(say);
  return states.every(([, { broken }]) => broken.length === 0);
}
