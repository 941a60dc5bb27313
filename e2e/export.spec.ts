import type { Download } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { defined } from '../src/numbers/defined';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { letGo, withHolding } from './hold';
import { ended, openStudio, runRow } from './studioHelp';

test.use({ storageState: ({ trained }, use) => use(trained) });

async function unzip(download: Download): Promise<Record<string, Uint8Array>> {
  const files = unzipSync(readFileSync(await download.path()));
  return Object.fromEntries(Object.entries(files).map(([path, bytes]): [string, Uint8Array] => [path.split('/')[1] ?? '', bytes]));
}

/** Names of the tensors, from the header alone. */
function tensorNames(file: Uint8Array): string[] {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return Object.keys(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as object);
}

test('a trained LoRA leaves as ONNX that is checked, and as PEFT by the names of either transformers', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openStudio(page, {}, 'Compare');
  expect(asked.filter((url) => /ort-|onnx/.test(url))).toEqual([]);

  const open = runRow(page, 'LoRA').getByRole('button', { name: /^Export/ });
  const sheet = page.getByRole('dialog', { name: /^Export / });
  await open.click();
  await expect(sheet.getByRole('radio', { name: 'PEFT adapter' })).toBeChecked();
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  const onnx = page.waitForEvent('download', { timeout: ended });
  await sheet.getByRole('button', { name: 'Export' }).click();
  await expect(sheet.getByText('Check passed. 8 of 8 pictures agree.')).toBeVisible({ timeout: ended });
  await expect(sheet.getByText(/largest difference/)).toBeVisible();
  const files = await unzip(await onnx);
  expect(Object.keys(files).sort()).toEqual(['README.md', 'config.json', 'onnx', 'preprocessor_config.json']);
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(open).toBeFocused();

  // The verdict stays with the run.
  await page.reload();
  await open.click();
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  await expect(sheet.getByText('Check passed. 8 of 8 pictures agree.')).toBeVisible();
  await expect(sheet.getByText(/^Last export, f32/)).toBeVisible();

  await sheet.getByRole('radio', { name: 'PEFT adapter' }).check();
  // The newest, which is what is installed today, unless one asks for older ones.
  await expect(sheet.getByRole('button', { name: 'transformers 5.9 or newer', pressed: true })).toBeVisible();
  const [older] = await Promise.all([page.waitForEvent('download', { timeout: ended }), (async () => {
    await sheet.getByRole('button', { name: 'transformers before 5.9' }).click();
    await sheet.getByRole('button', { name: 'Export' }).click();
  })()]);
  expect(older.suggestedFilename()).toMatch(/-lora-r\d+-older-transformers\.zip$/);
  expect(tensorNames(defined((await unzip(older))['adapter_model.safetensors']))).toContain('base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight');
  await open.click();
  await sheet.getByRole('radio', { name: 'PEFT adapter' }).check();
  await sheet.getByRole('button', { name: 'transformers 5.9 or newer' }).click();
  const [peft] = await Promise.all([page.waitForEvent('download', { timeout: ended }), sheet.getByRole('button', { name: 'Export' }).click()]);
  expect(peft.suggestedFilename()).toMatch(/-lora-r\d+\.zip$/);
  const adapter = await unzip(peft);
  expect(Object.keys(adapter)).toEqual(expect.arrayContaining(['adapter_config.json', 'README.md', 'check.py', 'probe.safetensors']));
  expect(tensorNames(defined(adapter['adapter_model.safetensors']))).toContain('base_model.model.vit.layers.0.attention.q_proj.lora_A.weight');
  await expect(sheet).toBeHidden();
});

test('an export can be cancelled; one that the check finds wrong is saved only when asked once more', async ({ page }) => {
  // The worker's answer arrives as if the check had failed.
  await page.addInitScript(() => {
    const Plain = Worker;
    globalThis.Worker = class extends Plain {
      constructor(...input: ConstructorParameters<typeof Worker>) {
        super(...input);
        this.addEventListener('message', ({ data }: MessageEvent<{ value?: { verdict?: object } } | null>) => {
          if (data?.value?.verdict) Object.assign(data.value.verdict, { ok: false, top1: 0.75, text: 'largest difference 2.0' });
        });
      }
    };
  });
  await withHolding(page, 'exportRun', 'cancelExport');
  await openStudio(page, {}, 'Compare');
  const downloads: Download[] = [];
  page.on('download', (download) => downloads.push(download));
  await page.emulateMedia({ colorScheme: 'dark' });
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  const sheet = page.getByRole('dialog', { name: /^Export / });
  const start = sheet.getByRole('button', { name: 'Export' });
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  await start.click();
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await letGo(page);
  await expect(start).toBeEnabled({ timeout: ended });
  await start.click();
  await expect(sheet.getByText('Check failed. 6 of 8 pictures agree.')).toBeVisible({ timeout: ended });
  await expect(sheet.getByText('The file was not saved.')).toBeVisible();
  expect(await serious(page)).toEqual([]);
  expect(downloads).toEqual([]);
  await Promise.all([page.waitForEvent('download'), sheet.getByRole('button', { name: 'Save the file anyway' }).click()]);
  await expect(sheet.getByText(/^Saved /)).toBeVisible();
});
