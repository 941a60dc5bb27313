import { test } from './fixtures';
import { expect } from '@playwright/test';
const at = (part: number, more = '') => `/#/lessons?lesson=step&part=${part}${more}`;
const out = '/tmp/step/';
test('shots', async ({ page }) => {
  test.setTimeout(400_000);
  await page.setViewportSize({ width: 1366, height: 768 });
  const began = Date.now();
  await page.goto(at(2));
  await expect(page.getByRole('region', { name: /^The model/ })).toBeVisible({ timeout: 60_000 });
  console.log('first look', Date.now() - began);
  for (const part of [1, 2, 3, 4, 5]) { await page.goto(at(part)); await page.waitForTimeout(700); await page.screenshot({ path: `${out}desk-${part}.png` }); }
  await page.goto(at(3));
  const t = Date.now();
  await page.getByRole('button', { name: 'RandLoRA', exact: true }).click();
  await expect(page.getByText('Taking the step.')).toHaveCount(0, { timeout: 60_000 });
  console.log('randlora', Date.now() - t);
  const u = Date.now();
  await page.getByRole('button', { name: 'Step 10', exact: true }).click();
  await expect(page.getByText('Taking the step.')).toHaveCount(0, { timeout: 60_000 });
  console.log('step 10', Date.now() - u);
  await page.screenshot({ path: `${out}desk-3r.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(at(4)); await page.waitForTimeout(500); await page.screenshot({ path: `${out}dark-4.png`, fullPage: true });
  await page.setViewportSize({ width: 375, height: 812 });
  for (const part of [2, 3, 4, 5]) { await page.goto(at(part)); await page.waitForTimeout(500); await page.screenshot({ path: `${out}phone-${part}.png`, fullPage: true }); }
  await page.emulateMedia({ colorScheme: 'light' });
  for (const [width, height] of [[1280, 720], [1920, 1080]] as const) {
    await page.setViewportSize({ width, height });
    await page.goto(at(1, '&present=1'));
    for (let i = 0; i < 11; i++) {
      await page.waitForTimeout(800);
      const bad = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('main h1, main h2, main h3, main p, main figure, main figcaption, main button, main li, main small, main canvas, main svg')].filter((one) => { if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.sr')) return false; const { top, bottom, left, right, width } = one.getBoundingClientRect(); return width > 0 && (top < -1 || left < -1 || bottom > innerHeight + 1 || right > innerWidth + 1); }).map((one) => `${one.tagName} ${one.textContent.slice(0, 30)} ${Math.round(one.getBoundingClientRect().bottom)}`));
      const small = await page.locator('main p, main li').evaluateAll((all) => all.filter((one) => one.checkVisibility() && one.textContent !== '' && parseFloat(getComputedStyle(one).fontSize) < 20).map((one) => one.textContent!.slice(0, 40)));
      console.log(width, i, JSON.stringify(bad), JSON.stringify(small));
      await page.screenshot({ path: `${out}present-${width}-${i}.png` });
      await page.keyboard.press('Space');
    }
  }
});
test('card', async ({ page }) => {
  test.setTimeout(200_000);
  await page.setViewportSize({ width: 1366, height: 900 });
  await page.goto('/#/train');
  await page.getByRole('button', { name: 'VeRA', exact: true }).first().click({ timeout: 60_000 });
  await page.screenshot({ path: `${out}about.png` });
  await page.getByRole('button', { name: 'Its matrices and parameters' }).filter({ visible: true }).click();
  await expect(page.getByRole('dialog').getByRole('img').first()).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: `${out}card.png` });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 375, height: 812 });
  await page.screenshot({ path: `${out}card-phone.png` });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.goto('/docs/cards.html');
  await page.screenshot({ path: `${out}docs.png` });
});
