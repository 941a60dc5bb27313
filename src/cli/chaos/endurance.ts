import { endurance, growthOf, type Held } from '../../testing/chaos/endurance';
import type { Options } from './options';
import { table } from '../command';
import { withDevice } from '../gpu';
import { Log } from './log';

/** One run of `rounds` steps: what it holds is flat after the first tenth. It begins anew where it did not come to its end. */
export async function run({ rounds, seed, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<{ rounds: number; held: Held[] }>('endurance', path);
  const before = log.at('steps', seed);
  const held = before && before.rounds >= rounds ? before.held : (await withDevice((device) => endurance(device, rounds, seed))).held;
  log.note('steps', seed, { rounds, held });
  table([['step', 'bytes on the device', 'bytes of JavaScript'], ...held.map(({ step, gpu, js }) => [step, gpu, js])]).forEach(say);
  const why = growthOf(held);
  say(why || `${rounds} steps, flat after the first tenth`);
  return why === '';
}
