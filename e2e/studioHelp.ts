import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';

/** Settings as the page keeps them: a run of seconds on a software adapter. */
export const tiny = { steps: 4, batch: 4, train_limit: 200, test_limit: 40, val_fraction: 0.1, eval_every: 2, checkpoint_every: 1 };

/** Opens the studio with settings as if the person had made them earlier. */
export async function openStudio(page: Page, settings: { methods?: string[]; train?: Record<string, number>; [name: string]: unknown } = {}): Promise<void> {
  await page.addInitScript(
    (kept) => {
      if (!localStorage.getItem('fullrank.settings')) localStorage.setItem('fullrank.settings', kept);
    },
    JSON.stringify({ version: 1, methods: ['lora'], ...settings, train: { ...tiny, ...settings.train } }),
  );
  await page.goto('/');
  await expect(startButton(page)).toBeEnabled({ timeout: 60_000 });
}

export const startButton = (page: Page): Locator => page.getByRole('button', { name: 'Fine-tune now' });

/** The table of runs; its rows by the name of the method. */
export const runRow = (page: Page, method: string): Locator => page.getByRole('row').filter({ has: page.getByRole('cell', { name: method, exact: true }) });

/** The number of steps whose loss is drawn, read from the table behind the chart. */
export async function lossSteps(page: Page): Promise<number[]> {
  const chart = page.getByRole('figure', { name: 'Training loss' });
  const toggle = chart.getByRole('button', { name: 'Table' });
  await toggle.click();
  const steps = await chart.getByRole('rowheader').allTextContents();
  await toggle.click();
  return steps.map((text) => Number(text.replace(/\D/g, '')));
}
