import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { defined } from '../../src/numbers/defined';
import { expect, test } from '../fixtures';
import { goTo, runRow, startButton } from '../studioHelp';
import { looksRight } from '../layout';
import { allMethods, choose, finished, methodsOfTexts, trained, unmerged, visit } from '../journeys/visit';

test.setTimeout(12 * trained);

/** Trains these methods at their default settings, and looks at what Compare makes of them. */
async function train(page: Page, methods: readonly string[], which: string): Promise<void> {
  await choose(page, methods);
  await looksRight(page, `Train, ${which}`);
  await startButton(page).click();
  await finished(page, methods);
  await looksRight(page, `Compare, ${which}`);
}

/** Each of these leaves in every form that its sheet offers: one for what cannot be merged, several else. */
async function exportAll(page: Page, methods: readonly string[]): Promise<void> {
  for (const method of methods) {
    const sheet = page.getByRole('dialog', { name: /^Export / });
    const forms = sheet.getByRole('radio');
    const open = async () => {
      await runRow(page, method).first().getByRole('button', { name: /^Export/ }).click();
      await expect(forms.first()).toBeVisible();
    };
    await open();
    const count = await forms.count();
    if (unmerged.includes(method)) expect(count, method).toBe(1);
    else expect(count, method).toBeGreaterThan(1);
    await looksRight(page, `Export ${method}`);
    for (let i = 0; i < count; i++) {
      if (i > 0) await open();
      await forms.nth(i).check();
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: trained }), sheet.getByRole('button', { name: 'Export', exact: true }).click()]);
      const files = unzipSync(readFileSync(await download.path()));
      expect(Object.keys(files).length, `${method}, form ${i}`).toBeGreaterThan(1);
      for (const [name, bytes] of Object.entries(files)) expect(bytes.length, `${method}: ${name}`).toBeGreaterThan(0);
      // It leaves by itself, or says how its check went.
      await expect.poll(async () => (await sheet.isHidden()) || (await sheet.getByText(/Saved /).first().isVisible()), `${method}, form ${i}`).toBe(true);
      await page.keyboard.press('Escape');
      await expect(sheet).toBeHidden();
    }
  }
}

/** All of them side by side on the test pictures, with where they look. */
async function tryAll(page: Page, methods: readonly string[], which: string): Promise<void> {
  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  const boxes = region.getByRole('checkbox', { name: /^Use / });
  // The model itself is one of them.
  await expect(boxes).toHaveCount(methods.length + 1);
  for (const box of await boxes.all()) await box.check();
  await region.getByRole('button', { name: /^Test pictures/ }).click();
  await region.getByRole('button', { name: /^Classify with/ }).click();
  const toggle = region.getByRole('button', { name: 'Where it looks' });
  await expect(toggle).toBeVisible({ timeout: trained });
  await looksRight(page, `Try, ${which}`);
  await toggle.click();
  await expect(region.getByRole('figure', { name: 'Where they look' })).toBeVisible({ timeout: trained });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await looksRight(page, `Try, where they look, ${which}`);
  await expect(region.getByRole('progressbar', { name: 'Pictures classified' })).toHaveCount(0, { timeout: (methods.length + 1) * trained });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await looksRight(page, `Try, all pictures, ${which}`);
}

test('every method at its default setting: trained, exported in every form, tried, looked through, analysed', async ({ page }) => {
  await visit(page);
  await train(page, allMethods, 'all methods');
  await exportAll(page, allMethods);
  await tryAll(page, allMethods, 'all methods');

  await goTo(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await inside.getByRole('button', { name: /^(Look inside|Analyse updates)/ }).click();
  await expect(inside.getByRole('figure').or(inside.getByRole('alert')).first()).toBeVisible({ timeout: trained });
  await expect(inside.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Inside, all methods');

  // The plane that the view offers, then planes in few points through all the others, three at a time.
  await goTo(page, 'Landscape');
  const landscape = page.getByRole('region', { name: 'Loss landscape' });
  const corners = ['Left corner', 'Upper corner', 'Right corner'].map((name) => landscape.getByRole('combobox', { name }));
  const measure = landscape.getByRole('button', { name: /^Measure (the landscape|another|again)$/ });
  const measured = async (which: string) => {
    await measure.click();
    await expect(landscape.getByRole('progressbar', { name: 'Measuring the landscape' })).toBeVisible();
    await expect(landscape.getByRole('button', { name: 'Measure again' })).toBeEnabled({ timeout: trained });
    await expect(landscape.getByRole('alert')).toHaveCount(0);
    await expect(landscape.getByText(/the same at every point/)).toBeVisible();
    await looksRight(page, `Landscape, ${which}`);
  };
  await measured('as it is offered');
  const seen = await Promise.all(corners.map((corner) => corner.inputValue()));
  const rest = (await defined(corners[0]).locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))).filter((id) => !seen.includes(id));
  expect(rest).toHaveLength(allMethods.filter((method) => !unmerged.includes(method)).length - 3);
  for (let i = 0; i < rest.length; i += 3) {
    const three = rest.slice(Math.min(i, rest.length - 3)).slice(0, 3);
    for (const [k, corner] of corners.entries()) await corner.selectOption(defined(three[k]));
    await landscape.getByRole('combobox', { name: 'Grid' }).selectOption('5');
    await landscape.getByRole('combobox', { name: 'Pictures of each set, at most' }).selectOption('16');
    await measured(`planes of all methods, from ${i}`);
  }
});

test('what trains the texts, at its default setting on a model that reads them: trained, exported, tried, and left out with a word where weights are looked at', async ({ page }) => {
  await visit(page);
  await goTo(page, 'Train');
  await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('clip-nano');
  await expect(startButton(page)).toBeEnabled();
  await train(page, methodsOfTexts, 'what trains the texts');
  await exportAll(page, methodsOfTexts);
  await tryAll(page, methodsOfTexts, 'what trains the texts');
  for (const view of ['Inside', 'Landscape'] as const) {
    await goTo(page, view);
    await expect(page.getByRole('region').getByText(new RegExp(`^Left out: ${methodsOfTexts.slice(0, 2).join(', ')}.*\\. What is trained there is not an update that could be added to a weight\\.$`))).toBeVisible();
    await looksRight(page, `${view}, what trains the texts`);
  }
});
