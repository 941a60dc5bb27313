import type { BrowserContext, Page } from '@playwright/test';
import { startButton } from '../../../testing/startButton';
import { asWhole, begin, done, fresh, goTo, newest, nothingWrong, open, PATIENCE, pause, seeThrough, type Part } from './host';

/** The browser's storage is full, refused, or was cleared: one sentence, memory instead, nothing half-written. */

const FULL = /^The browser’s storage is full\./;
const REFUSED = /^The browser does not let this page store anything\./;
const CLEARED = /^The browser has cleared what was kept here/;

/** Waits for the end of a run by what the page shows, since storage may have nothing of it. */
async function ended(page: Page): Promise<string> {
  await goTo(page, 'compare');
  const row = page.getByRole('region', { name: 'Runs' }).getByRole('row').filter({ hasText: 'done' }).first();
  await row.waitFor({ timeout: PATIENCE });
  return row.innerText();
}

const noDatabase = `IDBFactory.prototype.open = () => { throw new DOMException('private window', 'SecurityError'); };\n`;
/** The settings of the round are there; nothing more can be written. */
const settingsAlone = `{
  const setItem = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    if (key !== 'fullrank.settings' || this.getItem(key) !== null) throw new DOMException('full', 'QuotaExceededError');
    setItem.call(this, key, value);
  };
}
`;

const percent = (accuracy: number): string => (100 * accuracy).toFixed(1);

async function reads(page: Page, sentence: RegExp): Promise<void> {
  if ((await page.getByText(sentence).count()) !== 1) throw new Error(`the page does not say once: ${sentence.source}`);
}

async function quota(context: BrowserContext, page: Page, quotaSize?: number): Promise<void> {
  await (await context.newCDPSession(page)).send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, ...(quotaSize !== undefined && { quotaSize }) });
}

export const storageParts: Record<string, Part> = {
  'storage full': {
    on: 'wasm',
    round: ({ url, random, whole }) =>
      fresh(async (page, context, wrong) => {
        await open(page, url);
        const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
        const started = random.below(2) === 0;
        if (started) {
          await startButton(page).click();
          await pause(random.below(4000));
        }
        await quota(context, page, used + random.below(300_000));
        if (!started) await startButton(page).click();
        if (!(await ended(page)).includes(percent(whole.accuracy))) throw new Error('the run ends with another accuracy');
        const full = (await page.getByText(FULL).count()) > 0;
        if (full) await reads(page, FULL);
        nothingWrong(wrong);
        // What is there after a reload is whole: the run as it ended, with its adapter or without any, one to go on with, or none.
        await quota(context, page);
        await page.reload();
        await page.getByRole('button', { name: /^(Fine-tune (now|again)|Train your own|Resume at step|Start it again)/ }).first().waitFor({ timeout: PATIENCE });
        const kept = await newest(page);
        if (kept?.state === 'done' && kept.weights !== '') asWhole(kept, whole, 'after a reload');
        else if (kept?.state === 'done') {
          asWhole({ ...kept, weights: whole.weights }, whole, 'after a reload');
          await ended(page);
          if ((await page.getByRole('row').getByRole('button', { name: /^Export/ }).count()) > 0) throw new Error('an adapter is offered that there was no room for');
        } else {
          await goTo(page, 'train');
          await seeThrough(page, whole);
        }
        nothingWrong(wrong);
        return full ? `a storage that was full, with ${kept ? `a run that is ${kept.state}${kept.state === 'done' && kept.weights === '' ? ', without its adapter,' : ''}` : 'no run'} after it` : 'room enough';
      }),
  },
  'storage refused': {
    on: 'wasm',
    prelude: `StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('private window', 'SecurityError'));\n`,
    round: ({ url, random, whole }) =>
      fresh(async (page, context, wrong) => {
        const local = random.below(2) === 0;
        await context.addInitScript({ content: noDatabase + (local ? settingsAlone : '') });
        await begin(page, url);
        if (!(await ended(page)).includes(percent(whole.accuracy))) throw new Error('the run ends with another accuracy');
        await reads(page, REFUSED);
        nothingWrong(wrong);
        return local ? 'nothing at all to store in' : 'settings alone';
      }),
  },
  'storage evicted': {
    on: 'wasm',
    round: ({ url, random, whole }) =>
      fresh(async (page, context, wrong) => {
        await begin(page, url);
        const ends = random.below(2) === 0;
        if (ends) await done(page);
        else await pause(1000 + random.below(3000));
        const kept = (await newest(page)) !== null;
        await page.goto('about:blank');
        const all = random.below(2) === 0;
        const session = await context.newCDPSession(page);
        await session.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes: all ? 'all' : 'indexeddb,file_systems,cache_storage,service_workers' });
        await open(page, url);
        // What had been kept is said to be gone, where anything is left that tells of it.
        if (kept && !all) await reads(page, CLEARED);
        await startButton(page).click();
        asWhole(await done(page), whole, 'after all was cleared');
        nothingWrong(wrong);
        return `${kept ? 'a run' : 'nothing yet'}, ${all ? 'all of it' : 'but for settings'} cleared`;
      }),
  },
};
