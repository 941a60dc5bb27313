import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import type { Runner } from '../bench/here';
import type { RunOptions } from '../bench/run';
import { measureVisit } from './benchPage';
import { root } from './setup/run.mjs';
import { chromiumArgs, findChromium } from './setup/system.mjs';

/** Packages of the peers, prepared before a page asks: Vite would reload the page when it finds one later. */
const PEERS = ['@jax-js/jax', '@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-webgpu'];

/**
 * Entries in headless Chromium, each in a fresh engine page of the browser tests, and those of the built page from outside.
 * Throws with one sentence when there is no Chromium.
 */
export async function openChromium(options: RunOptions): Promise<Runner> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium: install it, or set $CHROMIUM to its path.');
  const server = await createServer({ configFile: `${root}/e2e/vite.config.ts`, cacheDir: `${root}/.cache/vite-bench`, optimizeDeps: { include: PEERS } });
  await server.listen();
  const browser = await chromium.launch({ executablePath, args: chromiumArgs() });
  return {
    about: `Chromium ${browser.version()}`,
    async run(name) {
      const page = await browser.newPage();
      try {
        page.on('pageerror', (error) => console.error(error.message));
        await page.goto(`${server.resolvedUrls!.local[0]!}e2e/engine.html`);
        const result = await page.evaluate(
          async ([name, options]) => {
            const here = globalThis as unknown as { load(path: string): Promise<typeof import('../bench/here')> };
            return (await here.load('/src/bench/here.ts')).runInPage(name, options);
          },
          [name, options] as const,
        );
        const [group, entry] = name.split('/', 2);
        return group === 'page' ? { ...result, rows: await measureVisit(browser, entry!, options.rounds) } : result;
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
