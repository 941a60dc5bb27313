import { test as base, expect, type BrowserContext } from '@playwright/test';
import { createServer, type Plugin } from 'vite';
import { ensureBuilt } from '../src/cli/setup/build.mjs';
import { serve } from '../src/cli/setup/serve.mjs';
import { defined } from '../src/numbers/defined';
import { chooseQuick, ended, goTo, openStudio, runRow, startButton } from './studioHelp';

export { expect };

declare global {
  /** On the engine page only: imports a module of src/ by its path from the root, e.g. `load('/src/ops/gelu.ts')`. */
  function load<T = Record<string, unknown>>(path: string): Promise<T>;
}

/** Errors in the page or its workers. A test fails on any entry; one that provokes an error on purpose allows it. */
export class Problems {
  readonly all: string[] = [];
  private readonly allowed: RegExp[] = [];

  allow(pattern: RegExp) {
    this.allowed.push(pattern);
  }

  add(problem: string) {
    this.all.push(problem);
  }

  unexpected() {
    return this.all.filter((problem) => !this.allowed.some((pattern) => pattern.test(problem)));
  }
}

/**
 * Runs first in each page and worker: says on the console what WebGPU errors nobody captured. Chromium itself is silent
 * about a worker's, and Playwright reaches a worker only after it has begun, so the servers put this into its script.
 */
export const watchDevices = `{
  const prototype = globalThis.GPUAdapter?.prototype;
  const requestDevice = prototype?.requestDevice;
  if (requestDevice) prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    device.addEventListener('uncapturederror', (event) => console.error('uncaptured WebGPU error: ' + event.error.message));
    return device;
  };
}
`;

/** Device of the page's worker: a software adapter and the processor are both there, and which is faster is no matter of a test. */
export type Device = 'webgpu' | 'wasm';

/** Runs first in the studio's workers. */
export const onDevice = (device: Device): string => `${watchDevices}globalThis.fullrankFaster = '${device}';\n`;

/** In place of `baseURL`: a studio that computes on the processor, from a host of mere files, which isolates no page. */
export async function onFileHost({}: object, use: (url: string) => Promise<void>): Promise<void> {
  const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: onDevice('wasm'), isolates: false });
  await use(server.url);
  await server.close();
}

const watchWorkers: Plugin = {
  name: 'watch-workers',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (request.headers['sec-fetch-dest'] === 'worker') {
        const end = response.end.bind(response) as (body?: unknown) => typeof response;
        response.end = ((body?: unknown) => end(response.statusCode === 200 ? watchDevices + String(body) : body)) as typeof response.end;
      }
      next();
    });
  },
};

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;

interface Servers {
  studio(device: Device): Promise<string>;
  engine(): Promise<string>;
}

interface Options {
  /** `studio`: the built page as people get it. `engine`: a blank page with `load` for modules of src/. */
  site: 'studio' | 'engine';
  /** Device of the studio: the processor, which needs no compiling of shaders, unless WebGPU is tested. */
  device: Device;
  /** True where the page opens with what it offers a stranger; else a small model and small pictures are chosen, with which a run takes seconds. */
  fresh: boolean;
  problems: Problems;
}

/**
 * Playwright's `test`, with a server for each site and device, started when the first test needs it, on a free port.
 * `page.goto('/')` opens the studio; `test.use({ site: 'engine' })` and `page.goto('/e2e/engine.html')` the engine page.
 */
export const test = base.extend<Options, { servers: Servers; trained: Kept }>({
  servers: [
    async ({}, use) => {
      const closers: (() => Promise<void>)[] = [];
      const studios: Partial<Record<Device, Promise<string>>> = {};
      let engine: Promise<string> | undefined;
      const startStudio = async (device: Device) => {
        const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: onDevice(device) });
        closers.push(server.close);
        return server.url;
      };
      const startEngine = async () => {
        const server = await createServer({ configFile: `${import.meta.dirname}/vite.config.ts`, plugins: [watchWorkers] });
        await server.listen();
        closers.push(() => server.close());
        return defined(server.resolvedUrls!.local[0]);
      };
      await use({ studio: (device) => (studios[device] ??= startStudio(device)), engine: () => (engine ??= startEngine()) });
      await Promise.all(closers.map((close) => close()));
    },
    { scope: 'worker' },
  ],

  /**
   * Storage of a browser after LoRA was trained in the studio: by the page, once for all tests of what comes after a
   * training, which take it as their `storageState`.
   */
  trained: [
    async ({ browser, servers }, use) => {
      const context = await browser.newContext({ baseURL: await servers.studio('wasm') });
      const page = await context.newPage();
      await openStudio(page);
      await startButton(page).click();
      await goTo(page, 'Compare');
      await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
      // A run is written a moment after it is shown.
      await page.reload();
      await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible();
      const kept = await context.storageState({ indexedDB: true });
      await context.close();
      await use(kept);
    },
    { scope: 'worker', timeout: 600_000 },
  ],

  site: ['studio', { option: true }],

  device: ['wasm', { option: true }],

  fresh: [false, { option: true }],

  baseURL: [async ({ site, device, servers }, use) => use(await servers[site](device)), { scope: 'test', timeout: 300_000 }],

  problems: [
    async ({ context, fresh, site }, use) => {
      if (!fresh && site === 'studio') await chooseQuick(context);
      const problems = new Problems();
      context.on('weberror', (event) => problems.add(`uncaught: ${event.error().stack || event.error().message}`));
      context.on('console', (message) => {
        if (message.type() === 'error') problems.add(`console.error: ${message.text()} (${message.location().url})`);
      });
      await context.addInitScript(watchDevices);
      await use(problems);
      expect(problems.unexpected(), 'errors in the page or its workers').toEqual([]);
    },
    { auto: true },
  ],
});
