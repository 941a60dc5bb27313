import { expect, type Locator, type Page } from '@playwright/test';

/** Settings as the page keeps them: a run of seconds on a software adapter. */
export const tiny = { steps: 4, batch: 4, train_limit: 200, test_limit: 40, val_fraction: 0.1, eval_every: 2, checkpoint_every: 1 };

/** How long a training, an export or a measurement may take: an end for what hangs, not a measure. */
export const ended = 280_000;

/** Opens the studio with settings as if the person had made them earlier. */
export async function openStudio(page: Page, settings: { methods?: string[]; train?: Record<string, number>; [name: string]: unknown } = {}): Promise<void> {
  await page.addInitScript(
    (kept) => {
      if (!localStorage.getItem('fullrank.settings')) localStorage.setItem('fullrank.settings', kept);
    },
    JSON.stringify({ version: 1, methods: ['lora'], ...settings, train: { ...tiny, ...settings.train } }),
  );
  await page.goto('/');
  await expect(startButton(page)).toBeEnabled();
}

export const startButton = (page: Page): Locator => page.getByRole('button', { name: 'Fine-tune now' });

/** The table of runs; its rows by the name of the method. */
export const runRow = (page: Page, method: string): Locator => page.getByRole('row').filter({ has: page.getByRole('cell', { name: method, exact: true }) });

/** Waits until the page has written these words into the browser's storage, as it does a moment after a change. */
export const stored = (page: Page, ...words: string[]): Promise<void> =>
  expect.poll(() => page.evaluate((all) => all.filter((word) => !JSON.stringify({ ...localStorage }).includes(word)), words)).toEqual([]);

/** The number of steps whose loss is drawn, read from the table behind the chart. */
export async function lossSteps(page: Page): Promise<number[]> {
  const chart = page.getByRole('figure', { name: 'Training loss' });
  const toggle = chart.getByRole('button', { name: 'Table' });
  await toggle.click();
  const steps = await chart.getByRole('rowheader').allTextContents();
  await toggle.click();
  return steps.map((text) => Number(text.replace(/\D/g, '')));
}
