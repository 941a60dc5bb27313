import AxeBuilder from '@axe-core/playwright';
import type { Download } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import { openStudio, runRow, startButton } from './studioHelp';

test.setTimeout(300_000);
const ended = 200_000;

async function unzip(download: Download): Promise<Record<string, Uint8Array>> {
  const files = unzipSync(readFileSync(await download.path()));
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path.split('/')[1], bytes]));
}

/** Names of the tensors, from the header alone. */
function tensorNames(file: Uint8Array): string[] {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return Object.keys(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as object);
}

test('a trained LoRA leaves as ONNX that is checked, and as PEFT by the names of transformers 5', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openStudio(page, { train: { steps: 2, eval_every: 0, checkpoint_every: 0 } });
  await startButton(page).click();
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  expect(asked.filter((url) => /ort|onnx/.test(url))).toEqual([]);

  const open = runRow(page, 'LoRA').getByRole('button', { name: /^Export/ });
  const sheet = page.getByRole('dialog', { name: /^Export / });
  await open.click();
  await expect(sheet.getByRole('radio', { name: 'PEFT adapter' })).toBeChecked();
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  const onnx = page.waitForEvent('download', { timeout: ended });
  await sheet.getByRole('button', { name: 'Export' }).click();
  await expect(sheet.getByText('The check is good. 8 of 8 images agree.')).toBeVisible({ timeout: ended });
  await expect(sheet.getByText(/largest difference/)).toBeVisible();
  const files = await unzip(await onnx);
  expect(Object.keys(files).sort()).toEqual(['config.json', 'model.onnx', 'preprocessor_config.json']);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ${nodes[0].html}`)).toEqual([]);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/export.png` });
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(open).toBeFocused();

  // The verdict stays with the run.
  await page.reload();
  await open.click();
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  await expect(sheet.getByText('The check is good. 8 of 8 images agree.')).toBeVisible();
  await expect(sheet.getByText(/^Last export, f32/)).toBeVisible();

  await sheet.getByRole('radio', { name: 'PEFT adapter' }).check();
  await sheet.getByRole('button', { name: 'transformers 5 names' }).click();
  const [peft] = await Promise.all([page.waitForEvent('download', { timeout: ended }), sheet.getByRole('button', { name: 'Export' }).click()]);
  expect(peft.suggestedFilename()).toMatch(/-lora-transformers5\.zip$/);
  const adapter = await unzip(peft);
  expect(Object.keys(adapter)).toEqual(expect.arrayContaining(['adapter_config.json', 'README.md', 'check.py', 'probe.safetensors']));
  expect(tensorNames(adapter['adapter_model.safetensors'])).toContain('base_model.model.vit.layers.0.attention.q_proj.lora_A.weight');
  await expect(sheet).toBeHidden();
});
