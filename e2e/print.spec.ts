import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const sheet = (page: Page) => page.getByRole('dialog', { name: 'For print' });

async function saved(page: Page, name: RegExp): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), sheet(page).getByRole('button', { name }).click()]);
  return readFileSync(await download.path());
}

test('draft', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto('/#/compare');
  for (const [i, name] of [/^Accuracy against trainable/, /^(Validation|Test) accuracy/].entries()) {
    const figure = page.getByRole('figure', { name });
    await figure.getByRole('button', { name: /^Export/ }).click();
    await figure.getByRole('button', { name: /^For print/ }).click();
    await expect(sheet(page).getByTestId('paper')).toBeVisible();
    await page.screenshot({ path: `/tmp/print/sheet${i}.png` });
    const fs = await import('node:fs');
    fs.writeFileSync(`/tmp/print/f${i}.svg`, await saved(page, /^SVG/));
    fs.writeFileSync(`/tmp/print/f${i}.pdf`, await saved(page, /^PDF/));
    fs.writeFileSync(`/tmp/print/t${i}.txt`, await sheet(page).innerText());
    for (const [k, width] of ['text', 'both'].entries()) {
      await sheet(page).getByLabel('Width').selectOption(width);
      if (k === 1) await sheet(page).getByLabel('Names').selectOption('legend').catch(() => {});
      fs.writeFileSync(`/tmp/print/f${i}-${width}.pdf`, await saved(page, /^PDF/));
    }
    await page.keyboard.press('Escape');
    const [download] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: /^Export/ }).click().then(() => figure.getByRole('button', { name: /^SVG/ }).click())]);
    fs.writeFileSync(`/tmp/print/s${i}.svg`, readFileSync(await download.path()));
  }
});
