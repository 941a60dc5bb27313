import { createRequire } from 'node:module';
import { runHere } from '../bench/here';
import type { RunOptions } from '../bench/run';
import { defined } from '../numbers/defined';
import { destroyDevices, gpu } from '../testing/dawn';

/** Runs the entry that is named first and sends the result to the parent process; options follow as JSON. */
export async function main([name, options]: string[]): Promise<number> {
  const ours = gpu();
  lookLikeABrowser();
  const result = await runHere(defined(name), { place: 'node', gpu: ours }, JSON.parse(defined(options)) as RunOptions);
  await new Promise((sent) => process.send!(result, sent));
  await destroyDevices();
  return 0;
}

/** Provides what peers need and Node 20 lacks: WebGPU on `navigator`, `require`, and iterator helpers. */
function lookLikeABrowser(): void {
  // Another object than ours: by that our engine tells Node, where waiting costs a core, from a browser.
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
