import { endurance, growthOf } from '../../testing/chaos/endurance';
import type { Options } from '../chaos';
import { table } from '../command';
import { withDevice } from '../gpu';

/** One run of `rounds` steps: what it holds is flat after the first tenth. */
export async function run({ rounds }: Options, say: (line: string) => void): Promise<boolean> {
  const { held, summary } = await withDevice((device) => endurance(device, rounds));
  table([['step', 'bytes on the device', 'bytes of JavaScript'], ...held.map(({ step, gpu, js }) => [step, gpu, js])]).forEach(say);
  const why = growthOf(held);
  say(why || `${summary.steps} steps, flat after the first tenth`);
  return why === '';
}
