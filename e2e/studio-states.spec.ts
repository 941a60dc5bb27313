import { chromium } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../src/cli/setup/system.mjs';
import { defined } from '../src/numbers/defined';
import { expect, test } from './fixtures';
import { ended, goTo, openRun, openStudio, runRow, startButton, unfold } from './studioHelp';

let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-studio-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('at an address that is not secure the page computes on the processor from the start, and says why', async ({ baseURL }) => {
  const { port } = new URL(baseURL!);
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-background-networking', '--host-resolver-rules=MAP studio.test 127.0.0.1'] });
  const page = await browser.newPage();
  await page.goto(`http://studio.test:${port}/#/train`);
  await expect(page.getByText(/^This page computes on the processor: browsers give graphics cards only .* this address is neither\. Results are right but slower/)).toBeVisible();
  await expect(page.getByText('chrome://flags')).toBeHidden();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(startButton(page)).toBeEnabled();
  await browser.close();
});

test('a browser without a graphics adapter computes on the processor, says so, and how to have one', async ({ baseURL }) => {
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--disable-software-rasterizer'] });
  const page = await browser.newPage();
  await page.goto(`${baseURL!}#/train`);
  await expect(page.getByText(/This page computes on the processor, .* chrome:\/\/flags/)).toBeVisible();
  await unfold(page, 'Predicted memory');
  await expect(page.getByRole('img', { name: /^LoRA needs/ })).toBeVisible();
  await expect(startButton(page)).toBeEnabled();
  await browser.close();
});

// On WebGPU the same is done in Firefox (firefox/studio.spec.ts), and each kernel is run in Chromium (ops.spec.ts).
test('the device is tested where the header tells of it, and the verdict is kept', async ({ page }) => {
  await openStudio(page);
  const device = page.locator('summary[title="Processor"]');
  await device.click();
  await page.getByRole('button', { name: 'Test this device' }).click();
  await expect(page.getByText('All results are right.')).toBeVisible({ timeout: ended });
  await expect(page.getByText(/GFLOP\/s in a product/)).toBeVisible();
  // The button that was pressed is gone, and the focus with it.
  await page.keyboard.press('Escape');
  await expect(page.getByText('All results are right.')).toBeHidden();
  await page.reload();
  await device.click();
  await expect(page.getByText('All results are right.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Test again' })).toBeVisible();
});

test('a bad model folder leaves the model that was chosen', async ({ page }) => {
  await openStudio(page);
  // Which files it takes is said where the picker opens.
  await expect(page.getByTitle(/config\.json, preprocessor_config\.json and model\.safetensors/)).toBeVisible();
  writeFileSync(join(folder, 'config.json'), '{"model_type":"vit"');
  writeFileSync(join(folder, 'model.safetensors'), Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 123]));
  await page.getByLabel('Choose a model folder').setInputFiles(folder);
  const card = page.getByRole('alert', { name: /could not be opened/ });
  await expect(card).toBeVisible();
  await expect(page.getByText(/vit-nano, bundled/)).toBeVisible();
  await card.getByRole('button', { name: 'Keep what was chosen' }).click();
  await expect(card).toHaveCount(0);
  await expect(startButton(page)).toBeEnabled();
});

test('a folder with no pictures leaves the data that was chosen', async ({ page }) => {
  await openStudio(page);
  mkdirSync(join(folder, 'cat'));
  writeFileSync(join(folder, 'cat', 'a.txt'), 'no picture');
  await page.getByLabel('Choose a folder of pictures').setInputFiles(folder);
  await expect(page.getByRole('alert', { name: /could not be opened/ })).toBeVisible();
  await expect(page.getByText(/Fashion-MNIST.*bundled/)).toBeVisible();
});

test('own pictures, a folder to a class, can be trained on', async ({ page }) => {
  await openStudio(page, { train: { steps: 1, train_limit: 0, test_limit: 0, val_fraction: 0, eval_every: 0 } });
  const pictures = await page.evaluate(() =>
    ['#e33', '#33e'].flatMap((colour) =>
      Array.from({ length: 6 }, (_, i) => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 24 + i;
        const context = canvas.getContext('2d')!;
        context.fillStyle = colour;
        context.fillRect(i, i, 16, 16);
        return canvas.toDataURL('image/png').split(',')[1];
      }),
    ),
  );
  ['red', 'blue'].forEach((name, c) => {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 6; i++) writeFileSync(join(folder, name, `${i}.png`), Buffer.from(defined(pictures[6 * c + i]), 'base64'));
  });
  await page.getByLabel('Choose a folder of pictures').setInputFiles(folder);
  await expect(page.getByRole('listitem').filter({ hasText: /^blue/ })).toBeVisible();
  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  await openRun(page);
  await expect(page.getByRole('region', { name: 'Confusion' }).getByRole('rowheader', { name: 'red' })).toBeVisible();
});

test.describe('on a software adapter', () => {
  test.use({ device: 'webgpu' });

  test('a software adapter is named, in amber, and the header offers the processor in its place', async ({ page }) => {
    await openStudio(page);
    await expect(page.getByText(/Only a software renderer was found/)).toBeVisible();
    await page.locator('summary[title="SwiftShader (software)"]').click();
    await page.getByRole('button', { name: 'Processor', exact: true }).click();
    await expect(page.getByText(/This page computes on the processor: .* turn on hardware acceleration in the browser\./)).toBeVisible();
    await page.getByRole('button', { name: 'Software renderer' }).click();
    await expect(page.getByText(/Only a software renderer was found/)).toBeVisible();
  });

  test('a lost device keeps the checkpoint, and the run resumes without a reload', async ({ page, browser, problems }) => {
    problems.allow(/lost|destroyed|GPU|WebGL|Dawn/i);
    // More steps than any machine takes while this test looks.
    await openStudio(page, { train: { steps: 1_000_000, eval_every: 0 } });
    await startButton(page).click();
    await expect(page.locator('[aria-current=step]')).toContainText(/train ([3-9]|\d[\d,]+) \//, { timeout: ended });
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
    const card = page.getByRole('region', { name: 'The graphics card was lost' });
    await expect(card).toBeVisible();
    const resume = card.getByRole('button', { name: /^Resume at step/ });
    const from = parseInt((await resume.innerText()).replaceAll(/\D/g, ''));
    await resume.click();
    await expect(page.locator('[aria-current=step]')).toContainText('train', { timeout: ended });
    const step = page.getByText(/^step$/).locator('xpath=../dd');
    await expect.poll(async () => parseInt((await step.innerText()).replaceAll(',', '')), { timeout: ended }).toBeGreaterThan(from);
    await page.keyboard.press('.');
    await goTo(page, 'Compare');
    await expect(runRow(page, 'LoRA').getByText('stopped')).toBeVisible({ timeout: ended });
  });
});

test('a worker whose script does not come is started again, and the page says so where it never does', async ({ page, context, problems }) => {
  problems.allow(/net::ERR_FAILED|Failed to load resource/);
  const script = /\/worker-[^/]*\.js$/;
  await context.route(script, (route) => route.abort(), { times: 2 });
  await openStudio(page);
  await expect(startButton(page)).toBeEnabled();
  await context.route(script, (route) => route.abort());
  await page.reload();
  const alert = page.getByRole('alert', { name: 'The studio could not be opened' });
  await expect(alert).toContainText('The part of this page that opens models and trains could not be loaded.');
  await context.unroute(script);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(startButton(page)).toBeEnabled();
});

test('a run that fails says so in its bar, which leads to why; Start stays as it is for whoever comes next', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openStudio(page);
  // The connection breaks before the weights are here.
  await page.route('**/vit-nano/*.safetensors', (route) => route.abort());
  await startButton(page).click();
  const bar = page.locator('#run-bar');
  const card = page.getByRole('alert', { name: /\(LoRA\) could not start$/ });
  await expect(bar.getByRole('heading', { name: '1 run failed' })).toBeVisible({ timeout: ended });
  await page.getByRole('contentinfo').scrollIntoViewIfNeeded();
  await expect(card).not.toBeInViewport();
  await bar.getByRole('button', { name: 'See why' }).click();
  await expect(card).toBeInViewport();
  await goTo(page, 'Start');
  await expect(card).toBeHidden();
  await goTo(page, 'Train');
  await card.getByRole('button', { name: 'Dismiss' }).click();
  await expect(card).toBeHidden();
  await expect(bar.getByRole('button', { name: 'See why' })).toBeHidden();
});
