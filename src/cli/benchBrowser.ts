import { chromium } from '@playwright/test';
import { delimiter } from 'node:path';
import { createServer } from 'vite';
import type { Place } from '../bench/entry';
import type { Runner } from '../bench/here';
import type { RunOptions } from '../bench/run';
import { defined } from '../numbers/defined';
import { KERNELS } from '../wasm/here.node';
import { keptKernels } from '../wasm/kept.node';
import { encode } from '../wasm/template';
import { measureVisit } from './benchPage';
import { torchRow } from './benchTorch';
import { root } from './setup/run.mjs';
import { isolation } from './setup/serve.mjs';
import { chromiumArgs, findChromium } from './setup/system.mjs';

/** Packages of the peers, prepared before a page asks: Vite would reload the page when it finds one later. */
const PEERS = ['@jax-js/jax', '@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients', '@tensorflow/tfjs-backend-webgpu'];

/** Entries on the adapter that headless Chromium has. Throws with one sentence when there is no Chromium. */
export const openChromium = (options: RunOptions): Promise<Runner> => open('chromium', options, 0);

/** Entries on the processor in headless Chromium, on so many threads, and beside them in PyTorch where $FULLRANK_PYTHON has it. */
export async function openProcessor(options: RunOptions, threads: number): Promise<Runner> {
  const [python] = (process.env.FULLRANK_PYTHON ?? '').split(delimiter);
  const runner = await open('processor', options, threads);
  return {
    ...runner,
    async run(name) {
      const result = await runner.run(name);
      if (!python || options.without === 'PyTorch') return result;
      return { ...result, rows: [...result.rows, ...(await torchRow(python, name, { threads, rounds: options.rounds, rows: result.rows }))] };
    },
  };
}

/** Entries in headless Chromium, each in a fresh engine page of the browser tests, and those of the built page from outside. */
async function open(place: Place, options: RunOptions, threads: number): Promise<Runner> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium: install it, or set $CHROMIUM to its path.');
  const server = await createServer({ configFile: `${root}/e2e/vite.config.ts`, cacheDir: `${root}/.cache/vite-bench`, optimizeDeps: { include: PEERS }, server: threads ? { headers: isolation } : {} });
  await server.listen();
  const { kernels } = keptKernels(KERNELS);
  const browser = await chromium.launch({ executablePath, args: chromiumArgs() });
  return {
    about: `Chromium ${browser.version()}${threads ? `, on ${threads} ${threads === 1 ? 'thread' : 'threads'}` : ''}`,
    async run(name) {
      const page = await browser.newPage();
      try {
        page.on('pageerror', (error) => console.error(error.message));
        if (threads) {
          // Kernels are compiled here, those that only the benchmark has among them.
          await page.exposeFunction('compiled', async (name: string, text: string) => [...encode(await kernels(name, text))]);
          // Ours and peers alike ask for as many threads as there are cores.
          await page.addInitScript((cores) => Object.defineProperty(Object.getPrototypeOf(navigator) as object, 'hardwareConcurrency', { get: () => cores }), threads);
        }
        await page.goto(`${defined(server.resolvedUrls!.local[0])}e2e/engine.html`);
        const result = await page.evaluate(
          async ([name, options, place]) => {
            const { load } = globalThis as unknown as { load<T>(path: string): Promise<T> };
            const { runHere } = await load<typeof import('../bench/here')>('/src/bench/here.ts');
            if (place !== 'processor') return runHere(name, { place, gpu: navigator.gpu }, options);
            const { compiled } = globalThis as unknown as { compiled(name: string, text: string): Promise<number[]> };
            const { processor } = await load<typeof import('../wasm/gpu')>('/src/wasm/gpu.ts');
            const { threads } = await load<typeof import('../wasm/shipped')>('/src/wasm/shipped.ts');
            const { decode } = await load<typeof import('../wasm/template')>('/src/wasm/template.ts');
            const kernels = async (name: string, text: string) => decode(Uint8Array.from(await compiled(name, text)));
            return runHere(name, { place, gpu: processor(kernels, threads), fused: processor(kernels, threads, true) }, options);
          },
          [name, options, place] as const,
        );
        const [group, entry] = name.split('/', 2);
        return group === 'page' ? { ...result, rows: await measureVisit(browser, defined(entry), options.rounds) } : result;
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
