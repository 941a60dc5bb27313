import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import type { BenchOptions } from '../bench/all';
import type { Report } from '../bench/report';
import { machineLine } from './benchMachine';
import { root } from './setup/run.mjs';
import { chromiumArgs, findChromium } from './setup/system.mjs';

/** Packages of the peers, prepared before the page asks: Vite would reload the page when it finds one later. */
const PEERS = ['@jax-js/jax', '@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-webgpu'];

/**
 * Runs the benchmark in headless Chromium, on the engine page of the browser tests.
 * Throws with one sentence when there is no Chromium or no adapter.
 */
export async function benchInChromium(options: BenchOptions, say: (text: string) => void): Promise<Report> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium: install it, or set $CHROMIUM to its path.');
  const server = await createServer({ configFile: `${root}/e2e/vite.config.ts`, cacheDir: `${root}/.cache/vite-bench`, optimizeDeps: { include: PEERS } });
  const browser = await chromium.launch({ executablePath, args: chromiumArgs() });
  try {
    await server.listen();
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error.message));
    await page.exposeFunction('say', say);
    await page.goto(`${server.resolvedUrls!.local[0]!}e2e/engine.html`);
    const about = machineLine(`Chromium ${browser.version()}`);
    const result = await page.evaluate(async (given) => {
      const here = globalThis as unknown as { load(path: string): Promise<typeof import('../bench/browser')>; say(text: string): void };
      const { run } = await here.load('/src/bench/browser.ts');
      return run(given, (text) => here.say(text));
    }, options);
    return { where: 'chromium', about, rounds: options.rounds, ...result };
  } finally {
    await browser.close();
    await server.close();
  }
}
