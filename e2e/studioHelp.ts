import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { keptEdits } from '../src/testing/keptEdits';

export { startButton } from '../src/testing/startButton';

const small = { model: 'vit-nano', data: 'fashion-mnist' };
/** A small model and small pictures, as the page keeps what is chosen, now and for when it learns from pictures again. */
export const quick = { version: 1, ...small, media: { pictures: small } };
/** Settings of a run of seconds on a software adapter. */
export const tiny = { steps: 4, batch: 4, train_limit: 200, test_limit: 40, val_fraction: 0.1, eval_every: 2, checkpoint_every: 1 };

/** Chooses a small model and small pictures in pages where nothing is chosen yet. */
export const chooseQuick = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript((kept) => {
    if (location.protocol.startsWith('http') && !localStorage.getItem('fullrank.settings')) localStorage.setItem('fullrank.settings', kept);
  }, JSON.stringify(quick));

/** Keeps these settings before the page is opened for the first time, as if the person had made them earlier; the quick model stays chosen where they name no other. */
export const setBefore = (page: Page, settings: Record<string, unknown>): Promise<unknown> =>
  page.addInitScript(
    ([before, kept]) => {
      const there = localStorage.getItem('fullrank.settings');
      if (there === null || there === before) {
        const [chosen, set] = [there ?? '{}', kept].map((text) => JSON.parse(text) as { media?: object });
        localStorage.setItem('fullrank.settings', JSON.stringify({ ...chosen, ...set, media: { ...chosen?.media, ...set?.media } }));
      }
    },
    [JSON.stringify(quick), JSON.stringify({ version: 1, ...settings })] as const,
  );

/** Most milliseconds for a training, an export or a measurement: an end for what hangs, not a measure. */
export const ended = 280_000;

/** Opens the studio, where one trains unless it is said otherwise, with settings as if the person had made them earlier. */
export async function openStudio(page: Page, settings: { methods?: string[]; train?: Record<string, number>; [name: string]: unknown } = {}, view: View = 'Train'): Promise<void> {
  const own = { methods: ['lora'], ...quick, ...settings, train: { ...tiny, ...settings.train } };
  // Of pictures and of texts, whichever the test goes over to.
  await setBefore(page, { ...own, media: Object.fromEntries(['pictures', 'texts'].map((medium) => [medium, { ...own, ...(medium === 'texts' && { model: '', data: '' }) }])) });
  await page.goto(`/#/${view.toLowerCase()}`);
  // Where nothing is trained there is no button for it before there are runs.
  if (['Start', 'Train', 'Compare'].includes(view)) await expect(page.getByRole('button', { name: /^(Fine-tune (now|again)|Train your own)/ }).first()).toBeEnabled();
  else await expect(page.locator(`[data-view=${view.toLowerCase()}]`)).toBeVisible();
}

export type View = 'Start' | 'Train' | 'Compare' | 'Landscape' | 'Inside' | 'Try' | 'Lessons';

/** Goes to a view by its link in the header, or in the menu where the header has no room for it, and waits until it is in sight: a link's press does not. */
export async function goTo(page: Page, view: View): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Views', exact: true }).getByRole('link', { name: view, exact: true });
  const menu = page.locator('header summary', { hasText: 'Menu' });
  const inMenu = page.getByRole('navigation', { name: 'All views' }).getByRole('link', { name: view, exact: true });
  const section = page.locator(`[data-view=${view.toLowerCase()}]`);
  // A page that is being loaded has neither yet: which of the two it has is not asked before one is there to be pressed.
  await link.or(menu).filter({ visible: true }).first().click();
  await expect(inMenu.or(section).filter({ visible: true }).first()).toBeVisible();
  if (await inMenu.isVisible()) await inMenu.click();
  await expect(section).toBeVisible();
}

/** Opens the results of the chosen run, in Compare. */
export async function openRun(page: Page): Promise<void> {
  const heading = page.getByRole('heading', { name: /^One run: / });
  const fold = page.locator('details', { has: heading });
  if ((await fold.getAttribute('open')) === null) await heading.click();
}

/** Opens a fold by its heading. What comes late above it moves it: a click that fell between is made again, as a person would. */
export async function unfold(page: Page, heading: string | RegExp): Promise<void> {
  const fold = page.locator('details', { has: page.locator('summary', { hasText: heading }) });
  await expect(async () => {
    if ((await fold.getAttribute('open')) === null) await fold.locator('summary').first().click();
    await expect(fold).toHaveAttribute('open', '', { timeout: 2000 });
  }).toPass();
}

/** The row of a method in the table of Train. */
export const methodRow = (page: Page, title: string): Locator => page.getByRole('row').filter({ has: page.getByRole('checkbox', { name: `Train ${title}`, exact: true }) });

/** Shows the methods that are folded below the usual ones. */
export const moreMethods = (page: Page): Locator => page.getByRole('button', { name: /^\d+ more methods?$/ });

/** The row of a run, by the name of the method: in the table of runs, and in the queue, where setting and seed stand behind it. */
export const runRow = (page: Page, method: string): Locator => page.getByRole('row').filter({ has: page.getByRole('cell', { name: new RegExp(`^${method.replace(/[^\w ]/g, '\\$&')}(, .*)?$`) }) });

/** Waits until the page has written these words into the browser's storage, as it does a moment after a change. */
export const stored = (page: Page, ...words: string[]): Promise<void> =>
  expect
    .poll(async () => {
      const all = (await page.evaluate(() => JSON.stringify({ ...localStorage }))) + JSON.stringify(await keptEdits(page));
      return words.filter((word) => !all.includes(word));
    })
    .toEqual([]);

/** The number of steps whose loss is drawn, read from the table behind the chart. */
export async function lossSteps(page: Page): Promise<number[]> {
  const chart = page.getByRole('figure', { name: 'Training loss' });
  const toggle = chart.getByRole('button', { name: 'Table' });
  await toggle.click();
  await expect(chart.getByRole('rowheader').first()).toBeVisible();
  const steps = await chart.getByRole('rowheader').allTextContents();
  await toggle.click();
  return steps.map((text) => Number(text.replace(/\D/g, '')));
}
