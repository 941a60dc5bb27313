import type { Page } from '@playwright/test';
import { methodFields } from '../../src/adapters/fields';
import { methodLook, offeredFor, offeredMethods } from '../../src/figures/methods';
import { defined } from '../../src/numbers/defined';
import { expect } from '../fixtures';
import { looksRight } from '../layout';
import { ended, goTo, moreMethods, runRow, setBefore, startButton } from '../studioHelp';

/** Most milliseconds for one method's training on a software adapter beside other work: an end for what hangs. */
export const trained = process.env.FULLRANK_WHOLE ? 3_600_000 : ended;

/** Opens the page as a stranger: nothing is stored, nothing chosen but the quick model where the test is not `fresh`. With `steps` runs have so many, and fewer pictures to be tested on, which take most of the time, as if Advanced had said so before the first visit; without, they have the page's own. */
export async function visit(page: Page, steps = 0): Promise<void> {
  if (steps) {
    await setBefore(page, { train: { steps, test_limit: 50 }, media: { texts: { model: '', data: '', train: { steps } } } });
  }
  await page.goto('/');
  await expect(startButton(page)).toBeEnabled();
}

const titles = (methods: readonly string[]): string[] => methods.map((method) => methodLook(method).title);

/** Every method that the page offers on a model of pictures, by the names of its table. */
export const allMethods = titles(offeredFor(undefined));

/** Those that it offers only on a model that reads texts as well. */
export const methodsOfTexts = titles(offeredMethods().filter((method) => !offeredFor(undefined).includes(method)));

/** Those that cannot be merged: they leave as an adapter alone, and no weight of theirs can be looked at. */
export const unmerged = titles(offeredMethods().filter((method) => defined(methodFields[method]).unmerged));

/** Ticks exactly these methods, where one trains. */
export async function choose(page: Page, methods: readonly string[]): Promise<void> {
  await goTo(page, 'Train');
  const several = page.getByRole('button', { name: 'Compare methods' });
  if (await several.isVisible()) await several.click();
  await expect(page.getByRole('checkbox', { name: /^Train / }).first()).toBeVisible();
  const more = moreMethods(page);
  if (await more.isVisible()) {
    await more.click();
    await expect(more).toHaveCount(0);
  }
  for (const method of [...allMethods, ...methodsOfTexts]) {
    const box = page.getByRole('checkbox', { name: `Train ${method}`, exact: true });
    if (methods.includes(method)) await box.check();
    else if (await box.isVisible()) await box.uncheck();
  }
}

/** Waits in Compare until these methods have a finished run each. */
export async function finished(page: Page, methods: readonly string[]): Promise<void> {
  await goTo(page, 'Compare');
  for (const method of methods) await expect(runRow(page, method).getByText('done').first()).toBeVisible({ timeout: methods.length * trained });
}

/** Goes over to the browser's graphics card, where the header tells of the device, and begins to train one method on it. */
export async function startOnAdapter(page: Page, method: string): Promise<void> {
  await page.locator('summary[title="Processor"]').click();
  await page.getByRole('group', { name: 'Compute on' }).getByRole('button', { name: /^(Graphics card|Software renderer)$/ }).click();
  await expect(page.locator('summary[title="SwiftShader (software)"]')).toBeVisible();
  await page.keyboard.press('Escape');
  await choose(page, [method]);
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toBeVisible();
}

/** The same, to the end of what is this many-th run: a journey trains on WebGPU once. */
export async function trainOnAdapter(page: Page, method: string, run: number): Promise<void> {
  await startOnAdapter(page, method);
  await expect(page.getByText(`${run} runs finished`, { exact: true })).toBeVisible({ timeout: trained });
}

/** Adds a sweep of two methods over two seeds, and waits in Compare for its runs, whose seeds are then one row for each method. */
export async function sweepSeeds(page: Page): Promise<void> {
  await choose(page, ['LoRA', 'Linear probe']);
  await page.getByRole('region', { name: 'Queue' }).getByRole('button', { name: 'Add a sweep' }).click();
  const form = page.getByRole('form', { name: 'Add a sweep' });
  await form.getByLabel('Seeds').fill('0-1');
  await looksRight(page, 'Train, a sweep');
  await form.getByRole('button', { name: 'Add 4 runs' }).click();
  await looksRight(page, 'Train, a queue');
  await goTo(page, 'Compare');
  await expect(page.getByText('4 runs finished', { exact: true })).toBeVisible({ timeout: 4 * trained });
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await expect(runs.getByRole('row').filter({ has: page.getByRole('cell', { name: 'LoRA', exact: true }) }).getByText('0, 1')).toBeVisible();
}
