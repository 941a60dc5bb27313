import type { Page } from '@playwright/test';
import { startButton } from '../../../testing/startButton';
import type { FailingPart } from '../../../testing/chaos/sweep';
import { ensureBuilt } from '../../setup/build.mjs';
import { serve } from '../../setup/serve.mjs';
import { asWhole, done, fresh, newest, nothingWrong, open, PATIENCE, seeThrough, until, type KeptRun } from '../browser/host';

/** The browser's database refuses one record of a run: it is said, the run ends as it would have, and what is there after a reload goes on to the same end. */

type How = 'QuotaExceededError' | 'AbortError';

/** A short run with two checkpoints. */
const train = { steps: 6, batch: 4, train_limit: 40, test_limit: 10, val_fraction: 0.2, eval_every: 2, checkpoint_every: 2 };

/** In the page: records are counted from the click on, and one is refused, at once or with its transaction. */
const prelude = `{
  const chaos = (globalThis.chaos = { asked: 0, at: -1, how: '', refused: '', checkpoint: false });
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args) {
    if (chaos.refused && this.name === 'checkpoints') chaos.checkpoint = true;
    if (chaos.asked++ !== chaos.at) return put.apply(this, args);
    chaos.refused = this.name;
    if (chaos.how === 'QuotaExceededError') throw new DOMException('full', chaos.how);
    const request = put.apply(this, args);
    this.transaction.abort();
    return request;
  };
}
`;

interface Chaos {
  asked: number;
  at: number;
  how: string;
  refused: string;
  /** A checkpoint was written since. */
  checkpoint: boolean;
}

const chaosIn = (page: Page): Promise<Chaos> => page.evaluate(() => (globalThis as unknown as { chaos: Chaos }).chaos);

/** Opens the page and starts a run of which the record at a place is refused. */
async function begin(page: Page, url: string, at: number, how: How): Promise<void> {
  await page.addInitScript({ content: prelude });
  await open(page, url, train);
  await page.evaluate((armed) => void Object.assign((globalThis as unknown as { chaos: Chaos }).chaos, { asked: 0, ...armed }), { at, how });
  await startButton(page).click();
}

const again = (page: Page) => page.getByRole('button', { name: /^(Fine-tune (now|again)|Train your own|Resume at step|Start it again)/ }).first();

/** One run with a refusal, to its end or, in every second round, to the next checkpoint after it; and what a reload finds. */
const refuse = (url: string, whole: KeptRun, n: number, how: How): Promise<string> =>
  fresh(async (page, _context, wrong) => {
    await begin(page, url, n, how);
    const toEnd = n % 2 === 0;
    const ended = async () => (await page.getByRole('button', { name: /^(Fine-tune (now|again)|Train your own)/ }).first().isVisible()) && (await newest(page))?.state !== 'running';
    await until(
      async () => {
        const { refused, checkpoint } = await chaosIn(page);
        return (refused !== '' && !toEnd && checkpoint) || (await ended());
      },
      async () => `no end in ${PATIENCE / 1000} s; ${JSON.stringify(await chaosIn(page))}`,
    );
    const { refused } = await chaosIn(page);
    // A curve is written every two seconds: a run that was quicker writes fewer records.
    if (refused === '') {
      asWhole(await done(page), whole, 'with nothing refused');
      return 'not asked for';
    }
    const refusal = await page.getByText(/^(The browser’s storage is full\.|The browser does not let this page store anything\.)/).count();
    if (refusal !== 1) throw new Error(`${refused}: the page says ${refusal} times that it was refused`);
    nothingWrong(wrong);
    await page.reload();
    await again(page).waitFor({ timeout: PATIENCE });
    const kept = await newest(page);
    let met = 'unharmed';
    if (kept?.state === 'done' && kept.weights === '') asWhole({ ...kept, weights: whole.weights }, whole, `${refused}, after a reload`);
    else if (kept?.state === 'done') asWhole(kept, whole, `${refused}, after a reload`);
    else {
      await page.evaluate(`void (location.hash = '#/train')`);
      met = (await seeThrough(page, whole, { lost: refused === 'adapters' })).replace('a run with a checkpoint', 'resumed').replace('a run without one', 'begun anew').replace('no run yet', 'begun anew');
    }
    nothingWrong(wrong);
    return met;
  });

export const databasePart = (how: How): FailingPart => ({
  async open() {
    const server = await serve(await ensureBuilt(), { port: 0, workerPrelude: "globalThis.fullrankFaster = 'wasm';\n" });
    const { whole, there } = await fresh(async (page) => {
      await begin(page, server.url, -1, how);
      const run = await done(page);
      return { whole: run, there: (await chaosIn(page)).asked };
    });
    return { there, once: (n) => refuse(server.url, whole, n, how), close: () => server.close() };
  },
});
