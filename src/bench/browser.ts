import { open } from './engine';
import { runBench, type BenchOptions } from './all';
import type { Report } from './report';

/** The benchmark inside a page: opened by the command line with Vite's server, which gives `say`. */
export async function run(options: BenchOptions, say: (text: string) => void): Promise<Pick<Report, 'adapter' | 'rows'>> {
  const setup = { place: 'chromium' as const, gpu: navigator.gpu };
  const device = await open(setup);
  device.destroy();
  return { adapter: device.report, rows: await runBench(setup, options, say) };
}
