import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { methodFields } from '../../../adapters/fields';
import type { Random } from '../../../data/random';
import { defined } from '../../../numbers/defined';
import { gridSample } from '../../../testing/chaos/samples';
import { startButton } from '../../../testing/startButton';
import { chromiumArgs, findChromium } from '../../setup/system.mjs';

/** Basis of all faults in a browser: the built page in Chromium, a run in it, and the page's record of that run. */

/** A run long enough for a fault to fall anywhere into it. */
const settingsOf = (train: object) => ({ version: 1, model: gridSample.model, data: gridSample.data, methods: [Object.values(methodFields).find(({ usual }) => usual)!.method], train: { steps: 12, batch: 4, train_limit: 80, test_limit: 8, val_fraction: 0.1, eval_every: 4, checkpoint_every: 2, ...train } });

/** Milliseconds until a round is given up. */
export const PATIENCE = 240_000;

/** A run that nothing befell: what it comes to, and how many milliseconds it took from the click to its end, within which a fault falls. */
export interface Undisturbed {
  whole: KeptRun;
  within: number;
}

/** Inputs of a round. */
export interface Round extends Undisturbed {
  url: string;
  /** Draws of this round alone. */
  random: Random;
}

/** One kind of fault. */
export interface Part {
  /** Device that the page computes on: the processor if the fault has nothing to do with the GPU. */
  on: 'webgpu' | 'wasm';
  /** Runs first in each of the page's workers. */
  prelude?: string;
  /** One round. Says what the fault met; throws where a promise is broken. */
  round(round: Round): Promise<string>;
}

/** The page's record of its newest run. */
export interface KeptRun {
  state: string;
  losses: number[];
  /** Of its last evaluation. */
  accuracy: number;
  /** SHA-256 of its adapter's weights. */
  weights: string;
}

/** Goes to a view by its address. */
export const goTo = (page: Page, view: 'train' | 'compare' | 'landscape'): Promise<void> => page.evaluate(`void (location.hash = '#/${view}')`);

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A browser of its own process group on a profile that outlives it. */
export async function start(profile: string): Promise<{ process: ChildProcess; page: Page }> {
  const child = spawn(findChromium()!, [...chromiumArgs(), '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: child.stderr });
  const address = await new Promise<string>((found, failed) => {
    lines.on('line', (line) => {
      const [, at] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (at) found(at);
    });
    child.once('exit', (code) => failed(new Error(`Chromium ended with ${code}`)));
  });
  const browser: Browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  const page = defined(context).pages()[0] ?? (await defined(context).newPage());
  await page.setViewportSize({ width: 1280, height: 900 });
  return { process: child, page };
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

/** Opens the page where one trains, with these settings of training besides. */
export async function open(page: Page, url: string, train: object = {}): Promise<void> {
  await page.addInitScript({ content: `if (location.protocol !== 'about:') localStorage.getItem('fullrank.settings') ?? localStorage.setItem('fullrank.settings', ${JSON.stringify(JSON.stringify(settingsOf(train)))});` });
  await page.goto(`${url}#/train`);
  await startButton(page).and(page.locator(':enabled')).or(page.getByRole('region', { name: /was interrupted/ })).first().waitFor({ timeout: PATIENCE });
}

/** Opens the page and starts a run. */
export async function begin(page: Page, url: string): Promise<void> {
  await open(page, url);
  await startButton(page).click();
}

/** Work in a page; `wrong` collects what goes wrong in the page. */
type Job<T> = (page: Page, context: BrowserContext, wrong: string[]) => Promise<T>;

/** A browser with nothing in it, and a page whose errors are collected; closed afterwards. */
export async function fresh<T>(job: Job<T>, flags: string[] = []): Promise<T> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumArgs(), ...flags] });
  try {
    const context = await browser.newContext();
    return await job(await context.newPage(), context, wrongIn(context));
  } finally {
    await browser.close();
  }
}

/** The same on a disk, like a person's browser: without one, nothing deleted from its databases is given back. */
export const freshOnDisk = <T>(job: Job<T>): Promise<T> =>
  inFolder(async (profile) => {
    const context = await chromium.launchPersistentContext(profile, { executablePath: findChromium(), args: chromiumArgs() });
    try {
      return await job(context.pages()[0] ?? (await context.newPage()), context, wrongIn(context));
    } finally {
      await context.close();
    }
  });

/** A folder for a profile or for what is saved, deleted afterwards. */
export async function inFolder<T>(job: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-chaos-'));
  try {
    return await job(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Collects the errors of a context's pages as they happen. */
export function wrongIn(context: BrowserContext): string[] {
  const wrong: string[] = [];
  context.on('weberror', (event) => wrong.push(event.error().message));
  return wrong;
}

/** Throws where anything went wrong. */
export function nothingWrong(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(`in the page: ${wrong[0]}`);
}

/** Trains with nothing befalling the run. */
export const uninterrupted = (url: string): Promise<Undisturbed> =>
  fresh(async (page) => {
    await begin(page, url);
    const clicked = performance.now();
    return { whole: await done(page), within: Math.round(performance.now() - clicked) };
  });

/** Goes on with what a notice offers, to the end of the run. Says what the fault met. `begun` if this page was asked for the run, which it may not have kept yet; `lost` if its weights may be what was refused. */
export async function seeThrough(page: Page, whole: KeptRun, { begun = false, lost = false } = {}): Promise<string> {
  const offered = page.getByRole('button', { name: /^(Resume at step|Start it again|Try again)/ }).first();
  const met = await until(
    async () => {
      if (await offered.isVisible()) {
        const what = /Resume/.test(await offered.innerText()) ? 'a run with a checkpoint' : 'a run without one';
        await offered.click();
        return what;
      }
      const kept = await newest(page);
      if (kept?.state === 'done') return 'a run that was done';
      // Nothing was said to be kept where nothing had begun: it begins now.
      const begins = startButton(page);
      if (begun || kept || !(await begins.isVisible()) || !(await begins.isEnabled())) return null;
      await begins.click();
      return 'no run yet';
    },
    async () => `neither a notice nor an end in ${PATIENCE / 1000} s; the run is ${(await newest(page))?.state ?? 'not there'}`,
  );
  const run = await done(page, lost);
  asWhole(run.weights === '' ? { ...run, weights: whole.weights } : run, whole, met);
  return met;
}

const outcomes = ['state', 'losses', 'accuracy', 'weights'] as const satisfies (keyof KeptRun)[];

/** Throws where a run is not, bit for bit, the one that nothing befell. */
export function asWhole(run: KeptRun, whole: KeptRun, met: string): void {
  for (const name of outcomes) if (JSON.stringify(run[name]) !== JSON.stringify(whole[name])) throw new Error(`${met}: its ${name} are not those of a run that nothing befell`);
}

/** Asks until there is an answer. Throws what `why` says where there is none in time. */
export async function until<T>(answer: () => Promise<T | null | false>, why: () => string | Promise<string>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await answer();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(await why());
    await pause(200);
  }
}

/** Waits for the end of the newest run and, unless they may be `lost`, its weights. */
export function done(page: Page, lost = false): Promise<Record> {
  let state = 'not there';
  return until(
    async () => {
      const kept = await newest(page);
      state = kept?.state ?? 'not there';
      // Its adapter is written behind it. One that failed is the newest until another has begun.
      return state === 'done' && (lost || kept!.weights !== '') && kept;
    },
    () => `the run does not end; it is ${state}`,
  );
}

/** A run as the browser keeps it. */
export interface Record extends KeptRun {
  id: string;
  name: string;
  notes: string;
  owner: string;
  created: number;
  started: number;
  /** Seconds that its steps took, and when each had ended. */
  seconds: number;
  clock: number[];
}

/** The newest run that the page keeps; null where there is none. */
export const newest = async (page: Page): Promise<Record | null> => (await records(page)).sort((a, b) => b.started - a.started)[0] ?? null;

/** All runs of the first project that are kept and not deleted. */
export const records = (page: Page): Promise<Record[]> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((opened, failed) => {
      const asked = indexedDB.open('fullrank');
      // One that is made here would keep the page from making its own.
      asked.onupgradeneeded = () => asked.transaction!.abort();
      asked.onsuccess = () => opened(asked.result);
      asked.onerror = () => failed(new Error('no database'));
    }).catch(() => null);
    if (!db) return [];
    try {
      const all = <T>(store: string): Promise<Map<string, T>> =>
        new Promise((read, failed) => {
          const from = db.transaction(store).objectStore(store);
          const [keys, values] = [from.getAllKeys(), from.getAll()];
          values.onsuccess = () => read(new Map(keys.result.map((key, i) => [typeof key === 'string' ? key : JSON.stringify(key), values.result[i] as T])));
          values.onerror = () => failed(new Error(store));
        });
      type Stored = Pick<Record, 'id' | 'name' | 'state' | 'owner' | 'created' | 'started' | 'seconds'> & { notes?: string; deleted: number; evaluations: { accuracy: number }[] };
      const runs = [...(await all<Stored>('runs')).values()].filter(({ deleted }) => !deleted);
      const [curves, adapters] = [await all<{ loss: Float32Array; seconds: Float64Array }>('curves'), await all<{ path: string; bytes: Uint8Array<ArrayBuffer> }[]>('adapters')];
      return await Promise.all(
        runs.map(async ({ id, name, notes = '', state, owner, created, started, seconds, evaluations }) => {
          const weights = adapters.get(id)?.find(({ path }) => path.endsWith('.safetensors'))?.bytes;
          const digest = weights ? new Uint8Array(await crypto.subtle.digest('SHA-256', weights)) : new Uint8Array();
          const curve = curves.get(id);
          return { id, name, notes, state, owner, created, started, seconds, losses: [...(curve?.loss ?? [])], clock: [...(curve?.seconds ?? [])], accuracy: evaluations.at(-1)?.accuracy ?? NaN, weights: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') };
        }),
      );
    } finally {
      db.close();
    }
  });
