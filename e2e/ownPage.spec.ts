import type { FrameLocator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { defined } from '../src/numbers/defined';
import { belowAA } from './axe';
import { expect, test } from './fixtures';
import { hostPage } from './ownPage';
import { file, type Files } from './peftLora';
import { ended, goTo, openStudio } from './studioHelp';

test.use({ storageState: ({ trained }, use) => use(trained), serviceWorkers: 'allow' });

const pictures = async (): Promise<Files> => Promise.all([0, 1, 2, 3].map(async (i) => file(`${i}.png`, await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 60 * i, g: 240 - 60 * i, b: 90 } } }).png().toBuffer(), 'image/png')));

const answerTo = (page: Page | FrameLocator, name: string) => page.getByRole('list', { name: 'Answers' }).getByRole('listitem').filter({ hasText: name });

/** Answers of Try to the pictures, with their probabilities. */
async function tried(page: Page): Promise<Map<string, { label: string; probability: number }>> {
  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByLabel('Choose pictures or a zip to classify').setInputFiles(await pictures());
  await region.getByRole('button', { name: /^Classify/ }).click();
  const csv = region.getByRole('button', { name: 'Download CSV' });
  await expect(csv).toBeEnabled({ timeout: ended });
  const [download] = await Promise.all([page.waitForEvent('download'), csv.click()]);
  const rows = readFileSync(await download.path(), 'utf8').trimEnd().split('\n').slice(1).map((line) => line.split(','));
  return new Map(rows.map(([name, label, probability]) => [defined(name), { label: defined(label), probability: Number(probability) }]));
}

test('a run leaves as a page: on any host it says of each picture what Try says, in a frame and without a connection too', async ({ page }) => {
  await openStudio(page);
  const own = await tried(page);
  await goTo(page, 'Compare');
  await page.getByRole('button', { name: 'Make a web page' }).click();
  const sheet = page.getByRole('dialog', { name: /^Export / });
  await expect(sheet.getByRole('radio', { name: 'Web page' })).toBeChecked();
  await sheet.getByLabel('Title of the page').fill('Clothes of mine');
  await sheet.getByText('Where to put it, so that others can open it').click();
  await sheet.getByLabel('Its address, once it is there').fill('clothes.netlify.app');
  await expect(sheet.getByRole('img', { name: /clothes\.netlify\.app/ })).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: ended }), sheet.getByRole('button', { name: 'Export' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^clothes-of-mine-lora-r\d+-page\.zip$/);

  const host = await hostPage(readFileSync(await download.path()));
  try {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${host.url}some/where/`);
    await expect(page.getByRole('heading', { level: 1, name: 'Clothes of mine' })).toBeVisible();
    await expect(page.getByText(/^Ready/)).toBeVisible();
    // Every answer is given, so that it can be compared.
    await page.getByText('How sure it has to be').click();
    await page.getByRole('slider').fill('0');
    await page.locator('input[type=file]').setInputFiles([...(await pictures()), file('broken.png', 'not a picture', 'image/png')]);
    for (const [name, { label, probability }] of own) {
      await expect(answerTo(page, name).getByRole('heading', { name: label, exact: true })).toBeVisible();
      const shown = await answerTo(page, name).getByText(/%$/).first().textContent();
      expect(Math.abs(Number.parseFloat(shown!) / 100 - probability), name).toBeLessThan(0.012);
    }
    await expect(page.getByText(/broken\.png cannot be decoded/)).toBeVisible();
    await page.getByText('About this model').click();
    await expect(page.getByText(/of 40 test pictures/)).toBeVisible();
    expect(await belowAA(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    // Too sure a threshold leaves none of them.
    await page.getByRole('slider').fill('1');
    await expect(page.getByRole('heading', { level: 2, name: 'None of these' })).toHaveCount(own.size);
    expect(asked.filter((url) => !url.startsWith(host.url) && !url.startsWith('blob:'))).toEqual([]);

    await page.goto(`${host.url}frame.html`);
    const frame = page.frameLocator('iframe');
    await expect(frame.getByText(/^Ready/)).toBeVisible();
    await frame.locator('input[type=file]').setInputFiles((await pictures()).slice(0, 1));
    await expect(answerTo(frame, '0.png').getByRole('heading')).toBeVisible();

    await page.goto(`${host.url}some/where/`);
    await expect.poll(() => page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).length))).reduce((a, b) => a + b, 0))).toBeGreaterThan(9);
    await host.close();
    await page.reload();
    await expect(page.getByText(/^Ready/)).toBeVisible();
    await page.locator('input[type=file]').setInputFiles((await pictures()).slice(0, 1));
    await expect(answerTo(page, '0.png').getByRole('heading')).toBeVisible();
  } finally {
    await host.close().catch(() => {});
  }
});
