import { chromium, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { findChromium } from '../src/cli/setup/system.mjs';
import { expect, test } from './fixtures';
import { ended, goTo, openStudio, runRow, startButton } from './studioHelp';

/** A page of a browser that has no graphics adapter, and what went wrong in it. */
async function withoutAdapter(baseURL: string): Promise<{ page: Page; errors: string[]; close: () => Promise<void> }> {
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--disable-software-rasterizer'] });
  const page = await browser.newPage({ baseURL });
  const errors: string[] = [];
  page.context().on('weberror', (event) => errors.push(event.error().message));
  page.context().on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  return { page, errors, close: () => browser.close() };
}

test('a browser without WebGPU trains the default comparison from the first click, exports it, and opens Try', async ({ baseURL }) => {
  const { page, errors, close } = await withoutAdapter(baseURL!);
  const fetched: string[] = [];
  page.context().on('response', (response) => void (/\/kernels-.*\.bin$/.test(response.url()) && fetched.push(response.url())));
  // The methods of a first visit, in a few steps.
  await openStudio(page, { methods: undefined, train: { steps: 2, train_limit: 60, test_limit: 20, eval_every: 0 } }, 'Start');
  await startButton(page).first().click();
  await expect(page.getByText(/This page computes on the processor/)).toBeVisible();
  await expect(page.locator('summary[title="Processor"]')).toBeVisible();
  await goTo(page, 'Compare');
  for (const method of ['Full', 'LoRA', 'VeRA', 'RandLoRA']) await expect(runRow(page, method).getByText('done')).toBeVisible({ timeout: ended });

  await runRow(page, 'RandLoRA').getByRole('button', { name: /^Export/ }).click();
  const sheet = page.getByRole('dialog', { name: /^Export / });
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: ended }), sheet.getByRole('button', { name: 'Export' }).click()]);
  expect(Object.keys(unzipSync(readFileSync(await download.path()))).map((path) => path.split('/')[1])).toContain('adapter_model.safetensors');
  await page.keyboard.press('Escape');

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try adapters' });
  await expect(region.getByRole('checkbox', { name: /^Use / }).first()).toBeVisible();
  // Fetched once.
  expect(fetched.length).toBe(1);
  expect(errors).toEqual([]);
  await close();
});
