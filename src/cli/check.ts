import { selfTest } from '../check';
import { tuningText } from '../check/tune';
import { table, type Command } from './command';
import { withDevice } from './gpu';
import { keepTuning } from './tuned';

export const command: Command = {
  help: 'tests the graphics driver for known silent errors, and measures its speed',
  examples: [''],
  computes: true,
  flags: [],
  async run(_, say) {
    return withDevice(async (device) => {
      const { vendor, architecture, description } = device.report;
      say(`${[vendor, architecture, description].filter(Boolean).join(', ')}`);
      const result = await selfTest(device);
      table(result.checks.map(({ name, problem, ms }) => [problem ? 'WRONG' : 'right', name, `${ms.toFixed(0)} ms`, problem])).forEach(say);
      say(`${result.gflops.toFixed(1)} GFLOP/s in a product of 512 x 512 x 512${result.slow ? ': slow, or a software adapter' : ''}; neighbours ${result.quads ? 'exchange' : 'do not exchange'} values`);
      tuningText(result.tuning ?? { kinds: [] }).forEach(say);
      if (result.ok && result.tuning) await keepTuning(device, result.tuning);
      if (!result.ok) throw new Error('This device computes wrong results; update the graphics driver, or choose another adapter or browser.');
      return { device: device.report, ...result };
    });
  },
};
