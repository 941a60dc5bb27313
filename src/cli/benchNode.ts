import { createRequire } from 'node:module';
import { runBench, type BenchOptions } from '../bench/all';
import { open } from '../bench/engine';
import type { Report } from '../bench/report';
import { gpu } from '../testing/dawn';
import { machineLine } from './benchMachine';

/** Runs the benchmark in this process, on Dawn. */
export async function benchInNode(options: BenchOptions, say: (text: string) => void): Promise<Report> {
  const setup = { place: 'node' as const, gpu: gpu() };
  const device = await open(setup);
  device.destroy();
  lookLikeABrowser();
  const about = machineLine(`Node ${process.version}`);
  return { where: 'node', adapter: device.report, about, rounds: options.rounds, rows: await runBench(setup, options, say) };
}

/** What peers need that Node 20 lacks: WebGPU where they look for it, `require`, and iterator helpers. */
function lookLikeABrowser(): void {
  // Another object than ours: by that our engine tells Node, where it must not poll, from a browser.
  const navigator = { gpu: gpu([]), userAgent: 'node', hardwareConcurrency: 2, platform: process.platform, language: 'en' };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  const helpers = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Record<string, unknown>;
  for (const name of ['map', 'filter', 'some', 'every', 'reduce', 'find', 'flatMap', 'forEach'] as const) {
    helpers[name] ??= function (this: Iterable<unknown>, ...args: [never]) {
      return ([...this][name] as (...a: [never]) => unknown)(...args);
    };
  }
  helpers.toArray ??= function (this: Iterable<unknown>) {
    return [...this];
  };
}
