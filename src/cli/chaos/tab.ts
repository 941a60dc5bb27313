import type { Page } from '@playwright/test';
import { startButton } from '../../testing/startButton';
import type { Options } from '../chaos';
import { table } from '../command';
import { ensureBuilt } from '../setup/build.mjs';
import { serve } from '../setup/serve.mjs';
import { done, fresh, goTo, nothingWrong, open, PATIENCE, pause } from './browser/host';
import { wantedBy } from './only';

/** One tab that is used for hours: what it holds is flat after the first tenth. */

/** What a tab holds, after what nobody needs was cleared away. */
interface Held {
  /** Of JavaScript in the page, in bytes. */
  page: number;
  /** In the browser's storage. */
  stored: number;
  listeners: number;
  nodes: number;
}

/** How much more there may be at the end than after the first tenth: what was compiled or cached meanwhile, and nothing that grows with rounds. */
const slack: Held = { page: 8 * 2 ** 20, stored: 8 * 2 ** 20, listeners: 60, nodes: 3000 };

interface Deed {
  /** Before the first round. */
  begin?(page: Page): Promise<void>;
  round(page: Page): Promise<void>;
}

const deeds: Record<string, Deed> = {
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
export async function run({ rounds, only }: Options, say: (line: string) => void): Promise<boolean> {
  const wanted = wantedBy(only);
  let flat = true;
  const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: "globalThis.fullrankFaster = 'webgpu';\n" });
  try {
    for (const [name, deed] of Object.entries(deeds)) {
      if (!wanted(name)) continue;
      const held = await fresh(async (page, _context, wrong) => {
        await open(page, server.url, { steps: 4, eval_every: 0, checkpoint_every: 2 });
        await deed.begin?.(page);
        const seen: [number, Held][] = [];
        for (let i = 1; i <= rounds; i++) {
          await deed.round(page);
          nothingWrong(wrong);
          if (i % Math.max(1, Math.floor(rounds / 10)) === 0) seen.push([i, await measure(page)]);
        }
        return seen;
      });
      const columns = Object.keys(slack) as (keyof Held)[];
      table([[name, ...columns], ...held.map(([round, now]) => [String(round), ...columns.map((column) => String(now[column]))])]).forEach(say);
      const [[, first], last] = [held[0]!, held.at(-1)!];
      const grown = columns.filter((column) => last[1][column] > first[column] + slack[column]);
      say(grown.length > 0 ? `${name}: not flat: ${grown.join(', ')}` : `${rounds} ${name}, flat after the first tenth`);
      flat &&= grown.length === 0;
    }
  } finally {
    await server.close();
  }
  return flat;
}

async function measure(page: Page): Promise<Held> {
  // What is on its way out (toasts, a run's files) is gone after a while.
  await pause(1500);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { jsEventListeners, nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  const stored = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  return { page: usedSize, stored, listeners: jsEventListeners, nodes };
}
