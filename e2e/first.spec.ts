import AxeBuilder from '@axe-core/playwright';
import { chromium, devices } from '@playwright/test';
import { gzipSync } from 'node:zlib';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { expect, test } from './fixtures';
import { openStudio, runRow, startButton } from './studioHelp';

/** Milliseconds from the start of navigation until recorded lines are drawn, noted by the page itself. */
const noteDrawn = () => {
  const watch = new MutationObserver(() => {
    if (document.querySelectorAll('figure svg path[d^="M"]').length < 2) return;
    (globalThis as { drawnAt?: number }).drawnAt = performance.now();
    watch.disconnect();
  });
  document.addEventListener('DOMContentLoaded', () => watch.observe(document, { childList: true, subtree: true }));
};

test('within a second a recorded comparison is drawn, without a model, and one button is primary', async ({ page }) => {
  const asked: { url: string; bytes: number }[] = [];
  page.on('response', async (response) => asked.push({ url: response.url(), bytes: (await response.body().catch(() => Buffer.alloc(0))).length }));
  await page.addInitScript(noteDrawn);
  // Other work on the machine only ever makes it longer.
  let drawn = Infinity;
  for (let i = 0; i < 4; i++) {
    await page.goto('/');
    const loss = page.getByRole('figure', { name: 'Training loss' });
    await expect(loss.getByText('RandLoRA')).toBeVisible();
    drawn = Math.min(drawn, await page.evaluate(() => (globalThis as { drawnAt?: number }).drawnAt ?? Infinity));
  }
  expect(drawn).toBeLessThan(1000);
  // The heads of its files tell what a model is; its weights stay where they are until something is trained.
  expect(asked.filter(({ url }) => /models\//.test(url)).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(4 * 100_000);
  await expect(page.getByText(/^Recorded runs, \d seeds$/)).toBeVisible();
  await expect(page.getByText(/over \d seeds/)).toBeVisible();
  await expect(startButton(page)).toBeEnabled({ timeout: 30_000 });
  // Once it has faded from disabled to enabled.
  await expect.poll(() => page.evaluate(() => [...document.querySelectorAll('button')].filter((button) => getComputedStyle(button).backgroundColor === getComputedStyle(document.body).color).length)).toBe(1);
});

test('the script that the page itself loads first is under 300 KiB, compressed', async ({ page }) => {
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    // The worker's script is loaded beside the page, which is drawn without it.
    if (/\.js$/.test(new URL(response.url()).pathname) && response.request().resourceType() === 'script' && !/worker/.test(response.url())) scripts.push(response.body());
  });
  await page.goto('/');
  await expect(startButton(page)).toBeEnabled({ timeout: 30_000 });
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300 * 1024);
});

test('one click: a phase within 300 ms, counts of kernels, a trained adapter; recorded lines stay until then', async ({ page }) => {
  await openStudio(page);
  const took = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        const start = performance.now();
        const seen = () => document.querySelector('[aria-label] ol li, main ol li span') && [...document.querySelectorAll('main button')].some((button) => button.textContent?.startsWith('Pause'));
        const watch = new MutationObserver(() => seen() && (watch.disconnect(), done(performance.now() - start)));
        watch.observe(document.body, { childList: true, subtree: true });
        [...document.querySelectorAll('button')].find((button) => button.textContent?.includes('Fine-tune now'))!.click();
      }),
  );
  expect(took).toBeLessThan(300);
  await expect(page.locator('[aria-current=step]')).toContainText(/compile \d+ \/ \d+ kernels/, { timeout: 60_000 });
  await expect(page.getByRole('figure', { name: 'Training loss' }).getByText('RandLoRA')).toBeVisible();
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('figure', { name: 'Training loss' }).getByText('RandLoRA')).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'recorded runs' }).check();
  await expect(page.getByRole('figure', { name: 'Training loss' }).getByText('RandLoRA')).toBeVisible();
});

test('on a telephone the recorded runs play, and training is one step further', async ({ browser, baseURL }) => {
  const page = await (await browser.newContext({ ...devices['Pixel 7'], baseURL, reducedMotion: 'reduce' })).newPage();
  await page.goto('/');
  const play = page.getByRole('button', { name: 'Play the recorded runs' });
  await expect(play).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train anyway' })).toBeEnabled({ timeout: 30_000 });
  await play.click();
  const place = page.getByRole('slider', { name: 'Place in the recording' });
  await expect.poll(async () => Number(await place.inputValue())).toBeGreaterThan(2);
  await expect(page.getByRole('figure', { name: 'Training loss' })).toBeInViewport();
  await page.getByRole('button', { name: 'Pause' }).click();
  const at = Number(await place.inputValue());
  expect(at).toBeLessThan(Number(await place.getAttribute('max')));
  await place.focus();
  await page.keyboard.press('End');
  await expect(place).toHaveAttribute('aria-valuetext', /^step (\d+) of \1$/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id }) => id)).toEqual([]);
  await page.context().close();
});

test('without a graphics adapter the recorded runs play instead of a blank page', async ({ baseURL }) => {
  const browser = await chromium.launch({ executablePath: findChromium()!, args: [...chromiumArgs().filter((arg: string) => !/gpu|vulkan|webgpu|angle|swiftshader/i.test(arg)), '--disable-gpu', '--disable-software-rasterizer'] });
  const page = await browser.newPage();
  await page.goto(baseURL!);
  await page.getByRole('button', { name: 'Play the recorded runs' }).click();
  await expect.poll(async () => Number(await page.getByRole('slider', { name: 'Place in the recording' }).inputValue())).toBeGreaterThan(1);
  await expect(startButton(page)).toBeDisabled();
  await browser.close();
});
