import { isDevice, openDevice } from '../engine/device';
import type { Report } from './report';
import { benchSteps, type BenchOptions } from './steps';

/** The benchmark inside a page: opened by the command line with Vite's server, which gives `say`. */
export async function run(options: BenchOptions, say: (text: string) => void): Promise<Report | { problem: string }> {
  const device = await openDevice(navigator.gpu, isSecureContext);
  if (!isDevice(device)) return { problem: device.message };
  const entries = await benchSteps(device, options, say);
  device.destroy();
  return { where: 'chromium', adapter: device.report, rounds: options.rounds, entries };
}
