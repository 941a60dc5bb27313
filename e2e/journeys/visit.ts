import type { Page } from '@playwright/test';
import { methodFields } from '../../src/adapters/fields';
import { methodLook, offeredMethods } from '../../src/ui/methods';
import { expect } from '../fixtures';
import { ended, goTo, moreMethods, runRow, startButton } from '../studioHelp';

/** True for `npm run journeys`: default settings to the very end. In `npm test` runs have fewer steps, and nothing else is different. */
export const whole = process.env.FULLRANK_JOURNEYS === 'whole';

/** How long one method's default training may take on a software adapter beside other work, in milliseconds: an end for what hangs. */
export const trained = whole ? 3_600_000 : ended;

/** Opens the page as a stranger: nothing is stored, nothing chosen; in `npm test` with fewer steps, as if Advanced had said so. */
export async function visit(page: Page, steps = 4): Promise<void> {
  if (!whole) {
    await page.addInitScript((text) => {
      if (!localStorage.getItem('fullrank.settings')) localStorage.setItem('fullrank.settings', text);
    }, JSON.stringify({ version: 1, train: { steps }, media: { texts: { model: '', data: '', train: { steps } } } }));
  }
  await page.goto('/');
  await expect(startButton(page)).toBeEnabled();
}

/** Every method that the page has, by the names of its table. */
export const allMethods = offeredMethods().map((method) => methodLook(method).title);

/** Those that cannot be merged: they leave as an adapter alone. */
export const unmerged = offeredMethods().filter((method) => methodFields[method]!.unmerged).map((method) => methodLook(method).title);

/** Ticks exactly these methods, where one trains. */
export async function choose(page: Page, methods: readonly string[]): Promise<void> {
  await goTo(page, 'Train');
  await expect(page.getByRole('checkbox', { name: /^Train / }).first()).toBeVisible();
  const more = moreMethods(page);
  if (await more.isVisible()) {
    await more.click();
    await expect(more).toHaveCount(0);
  }
  for (const method of allMethods) {
    const box = page.getByRole('checkbox', { name: `Train ${method}`, exact: true });
    if (!(await box.isVisible())) continue;
    await box.setChecked(methods.includes(method));
  }
}

/** Waits in Compare until these methods have a finished run each. */
export async function finished(page: Page, methods: readonly string[]): Promise<void> {
  await goTo(page, 'Compare');
  for (const method of methods) await expect(runRow(page, method).getByText('done').first()).toBeVisible({ timeout: methods.length * trained });
}

/** Goes over to the browser's graphics adapter, where the header tells of the device, and begins to train one method on it. */
export async function startOnAdapter(page: Page, method: string): Promise<void> {
  await page.locator('summary[title="Processor"]').click();
  await page.getByRole('group', { name: 'Compute on' }).getByRole('button', { name: 'Graphics adapter' }).click();
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
