import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import { openStudio, runRow, startButton } from './studioHelp';

test.setTimeout(420_000);
const ended = 280_000;

const serious = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ${nodes[0].html}`);
};

test('a landscape of three short runs, and what the methods did to the model, over a reload', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'full', 'randlora'], train: { steps: 2, eval_every: 0, checkpoint_every: 0, snapshots: 1 } });
  const region = page.getByRole('region', { name: 'Loss landscape' });
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await expect(region.getByText('Train three runs on this model and data')).toBeVisible();
  await startButton(page).click();
  for (const method of ['LoRA', 'Full', 'RandLoRA']) await expect(runRow(page, method).getByText('done')).toBeVisible({ timeout: ended });

  // Few points around the runs, on few pictures.
  await expect(region.getByLabel('Left corner')).toBeVisible();
  await region.getByLabel('Grid').selectOption('5');
  await region.getByLabel('Range').selectOption('near');
  await region.getByLabel('Pictures of each set').selectOption('16');
  await region.getByLabel('Measured on').selectOption('val');
  await region.getByRole('button', { name: 'Measure the landscape' }).click();
  await expect(region.getByRole('progressbar', { name: 'Measuring the landscape' })).toBeVisible();
  await expect(region.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: ended });
  await expect(region.getByText(/lie in one valley|ridge/i).first()).toBeVisible();
  await expect(region.getByText(/the same at every point/)).toBeVisible();
  await expect(region.getByText(/path leaves the plane by up to/).first()).toBeVisible();

  // The map by keyboard: a cursor with words, and the same numbers as a table.
  const map = region.getByRole('group', { name: /^Loss on the plane through three runs/ }).first();
  await map.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageDown');
  await expect(region.getByRole('status').filter({ hasText: /^x -0\.50, y -0\.50, \d/ })).toBeAttached();
  await region.getByRole('button', { name: 'Table' }).first().click();
  await expect(region.getByRole('region', { name: 'Table: Loss' }).getByRole('row')).toHaveCount(6);
  await region.getByRole('button', { name: 'Table' }).first().click();
  const [svg] = await Promise.all([page.waitForEvent('download'), region.getByRole('button', { name: 'Export SVG' }).click()]);
  expect(readFileSync(await svg.path(), 'utf8')).toMatch(/^<svg[\s\S]*LoRA[\s\S]*<\/svg>$/);
  const [csv] = await Promise.all([page.waitForEvent('download'), region.getByRole('button', { name: 'Export CSV' }).click()]);
  expect(readFileSync(await csv.path(), 'utf8').split('\n').filter((line) => line.startsWith('grid,'))).toHaveLength(25);

  await inside.getByLabel('Pictures').selectOption('16');
  await inside.getByRole('button', { name: 'Look inside' }).click();
  await expect(inside.getByRole('heading', { name: 'Likeness to the fully fine-tuned model' })).toBeVisible({ timeout: ended });
  await expect(inside.getByText(/^LoRA stops at rank \d+/).or(inside.getByText(/LoRA stops at rank \d+/)).first()).toBeVisible();
  await expect(inside.getByText('No pictures of the original task are open')).toBeVisible();
  expect(await serious(page)).toEqual([]);

  await page.reload();
  await expect(region.getByText(/the same at every point/)).toBeVisible({ timeout: 30_000 });
  await expect(inside.getByText(/LoRA stops at rank \d+/).first()).toBeVisible();
});
