import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import sharp from 'sharp';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { letGo, withHolding } from './hold';
import { file, peftLora } from './peftLora';
import { ended, goTo, openStudio } from './studioHelp';
import { nothingSticksOut } from './layout';

test.use({ launchOptions: { executablePath: findChromium() ?? undefined, args: [...chromiumArgs(), '--use-fake-device-for-media-stream'] } });
const answered = { timeout: ended };
const shots = process.env.FULLRANK_SHOTS;

const panel = (page: Page) => page.getByRole('region', { name: 'Try your models' });
const shoot = async (page: Page, name: string, theme: 'light' | 'dark', width = 1440) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: theme });
  expect(await serious(page), name).toEqual([]);
  await nothingSticksOut(page);
  if (shots) await panel(page).screenshot({ path: `${shots}/${name}.png` });
};

/** A disc at a place on a plain ground. */
const disc = async (name: string, x: number, y: number) =>
  file(name, await sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="#5b7f6b"/><circle cx="${x}" cy="${y}" r="46" fill="#e8a33c"/><circle cx="${x}" cy="${y}" r="18" fill="#512"/></svg>`)).png().toBuffer(), 'image/png');

test('an adapter and the base model on the same picture: what they say and where they look; it is in the address', async ({ page }) => {
  await openStudio(page);
  await goTo(page, 'Try');
  const region = panel(page);
  await region.getByLabel('Choose the files or the zip of an adapter').setInputFiles(peftLora());
  await expect(region.getByRole('checkbox', { name: 'Use lora' })).toBeChecked();
  await region.getByRole('checkbox', { name: 'Use Base model' }).check();
  await region.getByLabel('Choose pictures or a zip to classify').setInputFiles([await disc('left.png', 80, 70), await disc('right.png', 250, 180)]);
  await region.getByRole('button', { name: 'Classify with 2 models' }).click();
  const toggle = region.getByRole('button', { name: 'Where it looks' });
  await expect(toggle).toBeVisible(answered);
  await expect(region.getByRole('columnheader', { name: /^Base model/ })).toBeVisible();
  // Nothing of it is there before it is asked for.
  await expect(region.getByRole('figure', { name: 'Where they look' })).toHaveCount(0);
  const before = await region.getByText(/^adds \d/).allTextContents();
  await toggle.click();
  const figure = region.getByRole('figure', { name: 'Where they look' });
  await expect(figure).toBeVisible(answered);
  expect(await region.getByText(/^adds \d/).allTextContents()).not.toEqual(before);
  await expect(page).toHaveURL(/rollout=1/);
  const words = figure.getByRole('group', { name: /^Where they look\. Base model: half of its attention is on \d+ of 64 patches\. Strongest in row \d, column \d, \d+\.\d times an even share\. (?:lora|LoRA[^:]*): .+ % of it lies where the base model’s does\./ });
  await expect(words).toBeVisible();
  await expect(figure.getByText('As the model sees it')).toBeVisible();
  for (const [name, theme, width] of [['look-light', 'light', 1440], ['look-dark', 'dark', 1440], ['look-narrow', 'light', 390], ['look-narrow-dark', 'dark', 390]] as const) await shoot(page, name, theme, width);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', contrast: 'more' });
  await shoot(page, 'look-contrast', 'light');

  // By keyboard: through the maps, and the numbers as a file. Weights of each map sum to one.
  await words.focus();
  await page.keyboard.press('ArrowRight');
  await expect(figure.getByRole('status')).toContainText(/^Base model: /);
  const [csv] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')]);
  const rows = Papa.parse<string[]>(readFileSync(await csv.path(), 'utf8').trimEnd()).data;
  expect(rows[0]).toEqual(['model', 'row', 'column', 'weight', 'even shares']);
  expect(rows).toHaveLength(1 + 2 * 64);
  for (const name of new Set(rows.slice(1).map(([who]) => who))) expect(rows.filter(([who]) => who === name).reduce((sum, row) => sum + Number(row[3]), 0)).toBeCloseTo(1, 2);
  const [png] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await figure.getByRole('button', { name: /^Export|^Save/ }).click();
      await figure.getByRole('button', { name: /^PNG/ }).click();
    })(),
  ]);
  if (shots) await png.saveAs(`${shots}/look-export.png`);
  const { data } = await sharp(await png.path()).stats().then(async (stats) => ({ data: stats.channels.map(({ stdev }) => stdev) }));
  expect(Math.max(...data)).toBeGreaterThan(5);

  // Another picture is looked at when it is chosen.
  const label = await words.getAttribute('aria-label');
  await region.getByRole('button', { name: 'Look at right.png' }).click();
  await expect(region.getByText('Picture: right.png')).toBeVisible();
  await expect.poll(() => figure.getByRole('group').first().getAttribute('aria-label'), answered).not.toBe(label);
});

test('an adapter that is given before the model is open is imported when it is', async ({ page }) => {
  await withHolding(page, 'models');
  await openStudio(page, {}, 'Try');
  const region = panel(page);
  await expect(region.getByText('Opening the model. Its adapters come with it.')).toBeVisible();
  await expect(region.getByRole('checkbox', { name: 'Use lora' })).toHaveCount(0);
  await region.getByLabel('Choose the files or the zip of an adapter').setInputFiles(peftLora());
  await expect(region.getByText(/^Reading /)).toBeVisible();
  await letGo(page);
  await expect(region.getByRole('checkbox', { name: 'Use lora' })).toBeChecked();
  await expect(region.getByRole('alert')).toHaveCount(0);
});

test('the camera goes through the base model as it is, before anything was trained', async ({ page, context }) => {
  await context.grantPermissions(['camera']);
  await openStudio(page);
  await goTo(page, 'Try');
  const region = panel(page);
  await region.getByRole('button', { name: 'Live camera', exact: true }).click();
  const live = region.getByRole('region', { name: 'What the camera shows' });
  await expect(live.getByText(/^\d+\.\d pictures a second$/)).toBeVisible(answered);
  await expect(live.getByRole('list', { name: 'What they say now' }).getByText(/%$/)).toHaveCount(3);
  await live.getByRole('button', { name: 'Where it looks' }).click();
  const figure = live.getByRole('figure', { name: 'Where they look' });
  await expect(figure).toBeVisible(answered);
  // The fake camera's picture moves, and the answers follow it until it is held.
  const picture = () => figure.locator('image').first().getAttribute('href');
  const first = await picture();
  await expect.poll(picture, answered).not.toBe(first);
  await live.getByRole('button', { name: 'Hold this picture' }).click();
  await expect(live.getByText(/pictures a second/)).toHaveCount(0);
  await shoot(page, 'look-camera', 'light');
  await shoot(page, 'look-camera-narrow', 'dark', 390);
  const track = await page.evaluateHandle(() => {
    const [one] = (document.querySelector('video')!.srcObject as MediaStream).getTracks();
    if (!one) throw new Error('The camera has no track.');
    return one;
  });
  await region.getByRole('button', { name: 'Close the camera' }).click();
  await expect(live).toHaveCount(0);
  expect(await track.evaluate(({ readyState }) => readyState)).toBe('ended');
});
