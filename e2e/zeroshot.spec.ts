import type { Page } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, openRun, openStudio, runRow, startButton } from './studioHelp';
import { tinyFolder } from './tinyModels';
import { nothingSticksOut } from './layout';

const shots = process.env.FULLRANK_SHOTS;
const right = /% of 40 test pictures right without training/;

let dir = '';
let clip = '';
test.beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'fullrank-clip-'));
  clip = await tinyFolder(dir, 'clip');
});
test.afterAll(() => rmSync(dir, { recursive: true, force: true }));

const panel = (page: Page) => page.getByRole('region', { name: 'Zero-shot', exact: true });
const chart = (page: Page) => page.getByRole('figure', { name: 'Test accuracy' });
const prompt = (page: Page, number: number) => panel(page).getByRole('textbox', { name: `Prompt ${number}`, exact: true });

async function openClip(page: Page): Promise<void> {
  await page.getByLabel('Choose a model folder').setInputFiles(clip);
  await expect(panel(page)).toBeVisible();
}

test('prompts are edited, zero-shot is measured and drawn beside runs of one tower and of both, and is there after a reload', async ({ page }) => {
  await openStudio(page, { train: { steps: 2, val_fraction: 0, eval_every: 1, checkpoint_every: 0 } });
  await expect(panel(page)).toHaveCount(0);
  await openClip(page);
  await expect(prompt(page, 1)).toHaveValue('a photo of a {}.');
  await expect(panel(page).getByText(/^It reads “a photo of a .+\.”$/)).toBeVisible();
  await panel(page).getByRole('button', { name: 'Measure zero-shot' }).click();
  await expect(panel(page).getByText(right)).toBeVisible({ timeout: ended });

  // A line in the plot, and the same number in its table and its file.
  await expect(chart(page).getByText('Zero-shot')).toBeVisible();
  await chart(page).getByRole('button', { name: 'Table' }).click();
  const percent = await chart(page).getByRole('cell').innerText();
  await expect(panel(page).getByText(right)).toContainText(`${percent} %`);
  await chart(page).getByRole('button', { name: 'Table' }).click();
  await chart(page).getByRole('button', { name: 'Export' }).click();
  const [csv] = await Promise.all([page.waitForEvent('download'), chart(page).getByRole('button', { name: /^CSV/ }).click()]);
  expect(readFileSync(await csv.path(), 'utf8')).toMatch(/^step,"Zero-shot, test accuracy, %"\n0,\d+\.?\d*\n$/);

  // A prompt without a place for the name is not taken; another prompt is, and what was measured is not its result.
  await prompt(page, 1).fill('a photo');
  await expect(panel(page).getByText('Put {} where the name of the class goes.')).toBeVisible();
  await prompt(page, 1).blur();
  await expect(prompt(page, 1)).toHaveValue('a photo of a {}.');
  await panel(page).getByRole('button', { name: 'Add a prompt' }).click();
  await expect(prompt(page, 2)).toBeFocused();
  await page.keyboard.type('class of {}');
  await expect(panel(page).getByText(/^It reads “class of /)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(panel(page).getByText(/Each class is the average of its 2 texts\./)).toBeVisible();
  await expect(panel(page).getByText(right)).toHaveCount(0);
  await panel(page).getByRole('button', { name: 'Remove prompt 2' }).click();
  await expect(panel(page).getByText(right)).toBeVisible();
  await page.locator('body').press('Control+z');
  await expect(prompt(page, 2)).toHaveValue('class of {}');
  await panel(page).getByRole('button', { name: 'Plain' }).click();
  await expect(prompt(page, 2)).toHaveCount(0);
  expect(await serious(page)).toEqual([]);

  // The vision tower under the names, then both towers against each other.
  await startButton(page).click();
  await expect(panel(page).getByRole('button', { name: 'Measure again' })).toBeDisabled();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(1, { timeout: ended });
  await goTo(page, 'Train');
  const learns = panel(page).getByRole('combobox', { name: 'What trains' });
  await learns.selectOption('Both towers');
  await startButton(page).click();
  await goTo(page, 'Compare');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(2, { timeout: ended });
  const trained = async (row: number) => (await runRow(page, 'LoRA').nth(row).getByRole('cell').allInnerTexts()).join(' ');
  // What tells the two apart has a column.
  expect(await trained(0)).toContain(' cross entropy ');
  expect(await trained(1)).toContain(' contrastive ');
  const accuracy = runRow(page, 'Zero-shot').getByRole('cell', { name: percent, exact: true });
  await expect(accuracy).toBeVisible();
  await openRun(page);
  await expect(page.getByText(`The tick and the grey number are zero-shot, without training: ${percent} %`)).toBeVisible();
  expect(await serious(page)).toEqual([]);
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await nothingSticksOut(page, String(width));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      if (shots) await page.screenshot({ path: `${shots}/zeroshot-${width}-${colorScheme}.png`, fullPage: true });
    }
  }

  await page.reload();
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(2);
  await expect(accuracy).toBeVisible();
  await goTo(page, 'Train');
  await expect(panel(page).getByText(right)).toContainText(`${percent} %`);
  await expect(learns).toHaveValue('both');
});

test('a measurement can be cancelled and nothing is kept of it', async ({ page }) => {
  await openStudio(page, { train: { train_limit: 0, test_limit: 0, val_fraction: 0.5, batch: 2 } });
  await openClip(page);
  await panel(page).getByRole('button', { name: 'Measure zero-shot' }).click();
  await expect(panel(page).getByText(/^[\d,]+ of [\d,]+ pictures, about/)).toBeVisible({ timeout: ended });
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(panel(page).getByRole('button', { name: 'Measure zero-shot' })).toBeEnabled();
  await expect(panel(page).getByText(/right without training/)).toHaveCount(0);
  await panel(page).getByRole('button', { name: 'Measure zero-shot' }).click();
  await expect(panel(page).getByText(/^[\d,]+ of [\d,]+ pictures, about/)).toBeVisible({ timeout: ended });
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
});
