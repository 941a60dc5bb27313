import type { CDPSession, Page } from '@playwright/test';
import { defined } from '../../numbers/defined';
import { startButton } from '../../testing/startButton';
import type { Options } from './options';
import { table } from '../command';
import { ensureBuilt } from '../setup/build.mjs';
import { serve } from '../setup/serve.mjs';
import { done, freshOnDisk, goTo, nothingWrong, open, PATIENCE, pause } from './browser/host';
import { Log } from './log';
import { wantedBy } from './only';

/** One tab that is used for hours: what it holds is flat after the first tenth. An unfinished run starts again from the beginning, as the question is what one tab holds. */

/** Memory and objects held by a tab after garbage was collected. */
interface Held {
  /** Of buffers on the GPU that its workers have made and not destroyed, in bytes; the most of them there ever were. */
  gpu: number;
  peak: number;
  /** Of JavaScript in its workers, and in the page, in bytes. */
  workers: number;
  page: number;
  /** In the browser's storage. */
  stored: number;
  listeners: number;
  nodes: number;
}

/** Allowed growth from the first tenth to the end: for what was compiled or cached meanwhile, not for anything that grows with rounds. */
const slack: Held = { gpu: 2 ** 16, peak: 2 ** 20, workers: 8 * 2 ** 20, page: 8 * 2 ** 20, stored: 8 * 2 ** 20, listeners: 60, nodes: 3000 };

/** In each worker: the bytes of its buffers, counted where WebGPU makes and destroys them. */
const prelude = `{
  const sizes = new Map();
  let [bytes, peak] = [0, 0];
  const drop = (buffer) => {
    bytes -= sizes.get(buffer)?.size ?? 0;
    sizes.delete(buffer);
  };
  globalThis.bytesOnGpu = () => [bytes, peak];
  const { createBuffer, destroy: lose } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  GPUDevice.prototype.createBuffer = function (...args) {
    const buffer = createBuffer.apply(this, args);
    sizes.set(buffer, { device: this, size: buffer.size });
    bytes += buffer.size;
    peak = Math.max(peak, bytes);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    drop(this);
    return destroy.call(this);
  };
  GPUDevice.prototype.destroy = function () {
    for (const [buffer, { device }] of sizes) if (device === this) drop(buffer);
    return lose.call(this);
  };
}
`;

interface State {
  rounds: number;
  /** Numbers of rounds, and what was held after each. */
  held: [number, Held][];
}

interface TabAction {
  /** Runs first in each worker. */
  prelude?: string;
  /** Before the first round. */
  begin?(page: Page): Promise<void>;
  round(page: Page): Promise<void>;
}

const actions: Record<string, TabAction> = {
  /** A run to its end, which is then deleted. */
  runs: {
    async round(page) {
      await goTo(page, 'train');
      await startButton(page).and(page.locator(':enabled')).click({ timeout: PATIENCE });
      const { name } = await done(page);
      await goTo(page, 'compare');
      const row = page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
      await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
      await row.getByRole('button', { name: /^Delete/ }).click();
      await row.waitFor({ state: 'detached' });
    },
  },
  /** The landscape of the example, opened, drawn and left. */
  landscapes: {
    // Once the page is idle it would try a step of each method that the example has set, over 40 MB each, which takes longer than all rounds: what they hold is measured from nothing.
    prelude: "addEventListener('message', (event) => { if (event.data?.path?.join('.') === 'prepare') event.stopImmediatePropagation(); });",
    async begin(page) {
      await page.getByRole('button', { name: 'Project', exact: true }).click();
      await page.getByRole('dialog', { name: 'Project' }).getByRole('button', { name: 'Open the example' }).click();
      await page.getByRole('dialog', { name: 'Project' }).getByRole('button', { name: /^Open/ }).last().click({ timeout: PATIENCE });
      await page.getByText('Undo').first().waitFor({ timeout: PATIENCE });
    },
    async round(page) {
      await goTo(page, 'landscape');
      await page.getByRole('region', { name: 'Loss landscape' }).locator('canvas').first().waitFor({ timeout: PATIENCE });
      await pause(100);
      await goTo(page, 'compare');
      await page.locator('[data-view=compare]').waitFor();
    },
  },
};

/** Uses one tab `rounds` times, for each kind of use. */
export async function run({ rounds, seed, only, log: path }: Options, say: (line: string) => void): Promise<boolean> {
  const log = new Log<State>('tab', path);
  const wanted = wantedBy(only);
  let flat = true;
  for (const [name, action] of Object.entries(actions)) {
    if (!wanted(name)) continue;
    const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: `globalThis.fullrankFaster = 'webgpu';\n${prelude}${action.prelude ?? ''}` });
    try {
      const use = () =>
        freshOnDisk(async (page, _context, wrong) => {
          await open(page, server.url, { seed, steps: 4, eval_every: 0, checkpoint_every: 2, train_limit: 40, test_limit: 8 });
          await action.begin?.(page);
          // What is loaded or mounted once, at the first use, is not growth.
          await action.round(page);
          const seen: [number, Held][] = [];
          for (let i = 1; i <= rounds; i++) {
            await action.round(page);
            nothingWrong(wrong);
            if (i % Math.max(1, Math.floor(rounds / 10)) > 0) continue;
            seen.push([i, await measure(page)]);
            log.note(name, seed, { rounds: i, held: seen });
          }
          return seen;
        });
      const before = log.at(name, seed);
      const held = before && before.rounds >= rounds ? before.held : await use();
      const columns = Object.keys(slack) as (keyof Held)[];
      table([[name, ...columns], ...held.map(([round, now]) => [String(round), ...columns.map((column) => String(now[column]))])]).forEach(say);
      const [[, first], last] = [defined(held[0]), held.at(-1)!];
      const grown = columns.filter((column) => last[1][column] > first[column] + slack[column]);
      say(grown.length > 0 ? `${name}: not flat: ${grown.join(', ')}` : `${rounds} ${name}, flat after the first tenth`);
      flat &&= grown.length === 0;
    } finally {
      await server.close();
    }
  }
  return flat;
}

async function measure(page: Page): Promise<Held> {
  // What is on its way out (toasts, a run's files) is gone after a while.
  await pause(1500);
  const session = await page.context().newCDPSession(page);
  const heap = await heapOf((method) => session.send(method));
  const { jsEventListeners, nodes } = await settledCounters(session);
  const workers = await heapsOfWorkers(session);
  await session.detach();
  const stored = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  return { ...(await onGpu(page)), workers: sum(workers), page: heap, stored, listeners: jsEventListeners, nodes };
}

/** What the document has once a busy machine has mounted all that it was to mount: two readings, a second apart, that are alike. */
async function settledCounters(session: CDPSession): Promise<{ jsEventListeners: number; nodes: number }> {
  let now = await session.send('Memory.getDOMCounters');
  for (let i = 0; i < 20; i++) {
    await pause(1000);
    await session.send('HeapProfiler.collectGarbage');
    const before = now;
    now = await session.send('Memory.getDOMCounters');
    if (now.jsEventListeners === before.jsEventListeners && now.nodes === before.nodes) break;
  }
  return now;
}

/** Bytes that a tab's workers hold on the GPU, and the most they have held there. */
async function onGpu(page: Page): Promise<Pick<Held, 'gpu' | 'peak'>> {
  const each = await Promise.all(page.workers().map((worker) => worker.evaluate<[number, number]>('bytesOnGpu()')));
  return { gpu: sum(each.map(([bytes]) => bytes)), peak: sum(each.map(([, peak]) => peak)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Bytes of JavaScript where these commands go. */
async function heapOf(send: (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => Promise<unknown>): Promise<number> {
  await send('HeapProfiler.collectGarbage');
  return ((await send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
}

/** The same of each worker of a page, which only answers through the page's session. */
async function heapsOfWorkers(page: CDPSession): Promise<number[]> {
  const sessions: string[] = [];
  const waiting = new Map<number, (result: unknown) => void>();
  page.on('Target.attachedToTarget', ({ sessionId }) => sessions.push(sessionId));
  page.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  await page.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  let asked = 0;
  return await Promise.all(
    sessions.map((sessionId) =>
      heapOf((method) => {
        const id = ++asked;
        const answer = new Promise((done) => waiting.set(id, done));
        return page.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).then(() => answer);
      }),
    ),
  );
}
