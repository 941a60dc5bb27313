import { chromium, type Browser, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { methodFields } from '../../adapters/fields';
import { Random } from '../../data/random';
import type { Options } from '../chaos';
import { table } from '../command';
import { ensureBuilt } from '../setup/build.mjs';
import { serve } from '../setup/serve.mjs';
import { chromiumArgs, findChromium } from '../setup/system.mjs';
import { Log } from './log';

/** Faults in a run of the built page, in Chromium: what was said to be kept is there, and a run that goes on ends with the same bits as one that nothing befell. */

/** A run long enough for a fault to fall anywhere into it. */
const settings = { version: 1, methods: [Object.values(methodFields).find(({ usual }) => usual)!.method], train: { steps: 24, batch: 8, train_limit: 200, test_limit: 40, val_fraction: 0.1, eval_every: 8, checkpoint_every: 3 } };

/** Milliseconds after the click within which a fault falls, and until a round is given up. */
const WITHIN = 9000;
const PATIENCE = 240_000;

/** What the page keeps of its newest run. */
interface Kept {
  state: string;
  losses: number[];
  /** Of its last evaluation. */
  accuracy: number;
  /** SHA-256 of its adapter's weights. */
  weights: string;
}

interface State {
  rounds: number;
  /** Rounds by what a fault met. */
  met: Record<string, number>;
  broken: { round: number; after: number; why: string }[];
}

/** What each part does to a run `after` so many milliseconds. Throws where a promise is broken; says what the fault met. */
type Round = (url: string, after: number, whole: Kept) => Promise<string>;

const parts: Record<string, Round> = {
  /** The whole browser dies, as in a power cut, and is started again on what it left. */
  async killed(url, after, whole) {
    const profile = mkdtempSync(join(tmpdir(), 'fullrank-killed-'));
    try {
      const first = await start(profile);
      await begin(first.page, url);
      await pause(after);
      await kill(first.process);
      const again = await start(profile);
      try {
        await open(again.page, url);
        return await seeThrough(again.page, whole);
      } finally {
        await kill(again.process);
      }
    } finally {
      rmSync(profile, { recursive: true, force: true });
    }
  },
  /** The process that talks to the GPU dies: all devices are lost, and the page goes on without a reload. */
  async 'GPU lost'(url, after, whole) {
    const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumArgs(), '--disable-gpu-process-crash-limit'] });
    try {
      const page = await browser.newPage();
      await begin(page, url);
      await pause(after);
      await (await browser.newBrowserCDPSession()).send('Browser.crashGpuProcess');
      return await seeThrough(page, whole);
    } finally {
      await browser.close();
    }
  },
};

/** Runs `rounds` of each part on the built page. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<State>('browser', path);
  const wanted = only.split(',');
  const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: "globalThis.fullrankFaster = 'webgpu';\n" });
  const states: [string, State][] = [];
  try {
    const whole = await uninterrupted(server.url);
    for (const [part, round] of Object.entries(parts)) {
      if (!wanted.some((name) => part.includes(name))) continue;
      const state: State = log.at(part, seed) ?? { rounds: 0, met: {}, broken: [] };
      states.push([part, state]);
      while (state.rounds < rounds) {
        const after = new Random(seed, state.rounds).below(WITHIN);
        try {
          const met = await round(server.url, after, whole);
          state.met[met] = (state.met[met] ?? 0) + 1;
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          state.broken.push({ round: state.rounds, after, why });
          say(`seed ${seed}, ${part}, round ${state.rounds}, ${after} ms after the click: ${why}`);
        }
        state.rounds++;
        log.note(part, seed, state);
      }
    }
  } finally {
    await server.close();
  }
  table([['part', 'rounds', 'met', 'broken'], ...states.map(([part, { rounds: done, met, broken }]) => [part, String(done), Object.entries(met).map(([what, times]) => `${what} ${times}`).join(', '), String(broken.length)])]).forEach(say);
  return states.every(([, { broken }]) => broken.length === 0);
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** A browser of its own process group on a profile that outlives it. */
async function start(profile: string): Promise<{ process: ChildProcess; page: Page }> {
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
  return { process: child, page: context!.pages()[0] ?? (await context!.newPage()) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

async function open(page: Page, url: string): Promise<void> {
  await page.addInitScript({ content: `localStorage.getItem('fullrank.settings') ?? localStorage.setItem('fullrank.settings', ${JSON.stringify(JSON.stringify(settings))});` });
  await page.goto(`${url}#/train`);
  await page.getByRole('button', { name: 'Fine-tune now' }).and(page.locator(':enabled')).or(page.getByRole('region', { name: /was interrupted/ })).first().waitFor({ timeout: PATIENCE });
}

/** Opens the page and starts a run. */
async function begin(page: Page, url: string): Promise<void> {
  await open(page, url);
  await page.getByRole('button', { name: 'Fine-tune now' }).click();
}

/** What a run is that nothing befell. */
async function uninterrupted(url: string): Promise<Kept> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArgs() });
  try {
    const page = await browser.newPage();
    await begin(page, url);
    return await done(page);
  } finally {
    await browser.close();
  }
}

/** Goes on with what a notice offers, to the end of the run. Says what the fault met. */
async function seeThrough(page: Page, whole: Kept): Promise<string> {
  const offered = page.getByRole('button', { name: /^(Resume at step|Start it again|Try again)/ }).first();
  const deadline = Date.now() + PATIENCE;
  let met = '';
  for (;;) {
    if (Date.now() > deadline) throw new Error(`neither a notice nor an end in ${PATIENCE / 1000} s; the run is ${(await newest(page))?.state ?? 'not there'}`);
    if (await offered.isVisible()) {
      met = /Resume/.test(await offered.innerText()) ? 'a run with a checkpoint' : 'a run without one';
      await offered.click();
      break;
    }
    const kept = await newest(page);
    if (kept?.state === 'done') {
      met = 'a run that was done';
      break;
    }
    // Nothing was said to be kept where nothing had begun: it begins now.
    const begins = page.getByRole('button', { name: 'Fine-tune now' });
    if (!kept && (await begins.isVisible()) && (await begins.isEnabled())) {
      met = 'no run yet';
      await begins.click();
      break;
    }
    await pause(200);
  }
  const end = await done(page);
  for (const name of Object.keys(whole) as (keyof Kept)[]) if (JSON.stringify(end[name]) !== JSON.stringify(whole[name])) throw new Error(`${met}: its ${name} are not those of a run that nothing befell`);
  return met;
}

/** Waits for the end of the newest run. */
async function done(page: Page): Promise<Kept> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const kept = await newest(page);
    // Its adapter is written behind it. One that failed is the newest until another has begun.
    if (kept?.state === 'done' && kept.weights !== '') return kept;
    if (Date.now() > deadline) throw new Error(`the run does not end; it is ${kept?.state ?? 'not there'}`);
    await pause(200);
  }
}

/** The newest run that the page keeps; null where there is none. */
const newest = (page: Page): Promise<Kept | null> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((opened, failed) => {
      const asked = indexedDB.open('fullrank');
      asked.onsuccess = () => opened(asked.result);
      asked.onerror = () => failed(new Error('no database'));
    });
    try {
      const all = <T>(store: string): Promise<Map<string, T>> =>
        new Promise((read, failed) => {
          const from = db.transaction(store).objectStore(store);
          const [keys, values] = [from.getAllKeys(), from.getAll()];
          values.onsuccess = () => read(new Map(keys.result.map((key, i) => [String(key), values.result[i] as T])));
          values.onerror = () => failed(new Error(store));
        });
      const runs = [...(await all<{ id: string; state: string; deleted: number; created: number; started: number; evaluations: { accuracy: number }[] }>('runs')).values()].filter(({ deleted }) => !deleted);
      const run = runs.sort((a, b) => b.started - a.started)[0];
      if (!run) return null;
      const [curve, files] = [(await all<{ loss: Float32Array }>('curves')).get(run.id), (await all<{ path: string; bytes: Uint8Array<ArrayBuffer> }[]>('adapters')).get(run.id)];
      const weights = files?.find(({ path }) => path.endsWith('.safetensors'))?.bytes;
      const digest = weights ? new Uint8Array(await crypto.subtle.digest('SHA-256', weights)) : new Uint8Array();
      return { state: run.state, losses: [...(curve?.loss ?? [])], accuracy: run.evaluations.at(-1)?.accuracy ?? NaN, weights: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') };
    } finally {
      db.close();
    }
  });
