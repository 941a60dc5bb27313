import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { ensureBuilt } from '../src/cli/setup/build.mjs';
import { decodeImage as decodeInNode } from '../src/data/decode.node';
import { folderTree } from '../src/io/fileTree.node';
import { builtinPixels } from '../src/testing/builtinPixels';
import { SAME } from '../src/testing/same';
import { expect, test } from './fixtures';
import { withoutAdapter } from './withoutAdapter';
import { ended, goTo, openStudio, runRow, startButton } from './studioHelp';

test('a browser without WebGPU trains the default comparison from the first click, exports it, and opens Try', async ({ baseURL }) => {
  const { page, errors, close } = await withoutAdapter(baseURL);
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
  const region = page.getByRole('region', { name: 'Try your models' });
  await expect(region.getByRole('checkbox', { name: /^Use / }).first()).toBeVisible();
  // Quicker, where somebody asks for it.
  await page.locator('summary[title="Processor"]').click();
  await page.getByRole('button', { name: 'Processor, fused' }).click();
  await expect(page.getByText(/^Fused \(multiply-adds\): faster, but/)).toBeVisible();
  await expect(page.locator('summary[title="Processor, fused"]')).toBeVisible();
  await page.keyboard.press('Escape');
  await goTo(page, 'Train');
  await startButton(page).first().click();
  const stop = page.getByRole('button', { name: /^Stop/ });
  await expect(stop.first()).toBeVisible();
  await expect(stop).toHaveCount(0, { timeout: ended });
  await goTo(page, 'Compare');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(page.getByRole('region', { name: 'Runs', exact: true }).getByRole('cell', { name: /^done/ })).toHaveCount(10);
  // Fetched once, for both.
  expect(fetched.length).toBe(1);
  expect(errors).toEqual([]);
  await close();
});

test.describe('the engine alone', () => {
  test.use({ site: 'engine' });

  test('a run gives the bits here that it gives in Node', async ({ page }) => {
    // The build compiles the kernels.
    await ensureBuilt();
    await page.goto('/e2e/engine.html');
    const made = await page.evaluate(async () => {
      const { sameRun } = await load<typeof import('../src/testing/sameRun')>('/src/testing/sameRun.ts');
      const { shipped } = await load<typeof import('../src/wasm/shipped')>('/src/wasm/shipped.ts');
      return sameRun(shipped(), '/');
    });
    expect(made).toEqual({ ...SAME, errors: [] });
  });

  test('bundled pictures have the pixels here that they have in Node', async ({ page }) => {
    await page.goto('/e2e/engine.html');
    const here = await page.evaluate(async () => {
      const { decodeImage } = await load<typeof import('../src/data/decode')>('/src/data/decode.ts');
      const { builtinPixels } = await load<typeof import('../src/testing/builtinPixels')>('/src/testing/builtinPixels.ts');
      const { fetchTree } = await load<typeof import('../src/io/fileTree')>('/src/io/fileTree.ts');
      return builtinPixels(({ id, path, files }) => fetchTree(id, `/${path}`, files), decodeImage);
    });
    expect(here).toEqual(await builtinPixels(({ path }) => folderTree(`public/${path}`), decodeInNode));
  });
});
