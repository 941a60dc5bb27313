import type { Download, Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defined } from '../src/numbers/defined';
import { expect, test } from './fixtures';
import { zipWithWrongLabel } from './pictures';
import { ended, goTo, lossSteps, openRun, openStudio, runRow, startButton, unfold } from './studioHelp';
import { tinyFolder } from './tinyModels';

const deit = resolve(import.meta.dirname, '../public/models/deit-tiny-patch16-224');

let dir = '';
test.beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fullrank-path-'));
});
test.afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Files of a downloaded zip by their path inside its folder. */
async function unzip(download: Download): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries(Object.entries(unzipSync(readFileSync(await download.path()))).map(([path, bytes]) => [path.split('/').slice(1).join('/'), bytes]));
}

/** The header of a safetensors file; its tensors fill the file to the last byte. */
function header(file: Uint8Array): Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const tensors = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as ReturnType<typeof header>;
  delete tensors.__metadata__;
  expect(Math.max(...Object.values(tensors).map(({ data_offsets: [, end] }) => end))).toBe(file.length - 8 - length);
  return tensors;
}

/** Goes through the cells of a class in the matrix until one shows this picture, and returns the choice of its label. */
async function findInMatrix(page: Page, label: string, picture: string) {
  const choice = page.getByRole('combobox', { name: `Class of ${picture}` });
  const cells = page.getByRole('region', { name: 'Confusion' }).getByRole('button', { name: new RegExp(`^${label} taken for`) });
  await expect(cells.first()).toBeVisible();
  for (const cell of await cells.all()) {
    await cell.click();
    // Its own pictures, and not those of the cell before.
    await expect(cell).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('combobox', { name: /^Class of / }).first()).toBeVisible();
    if (await choice.count()) break;
  }
  return choice;
}

/** One person, from pictures and a model on their disk to files of a trained model, and back after a reload. */
async function walk(page: Page, model: string, name: string): Promise<void> {
  const { zip, wrong } = await zipWithWrongLabel();
  const pictures = { name: 'colours.zip', mimeType: 'application/zip', buffer: zip };
  await openStudio(page, { train: { steps: 3, train_limit: 0, test_limit: 0, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  await page.getByLabel('Choose files of pictures').setInputFiles(pictures);
  await expect(page.getByText('24 to train, 10 to test')).toBeVisible();
  await page.getByLabel('Choose a model folder').setInputFiles(model);
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue(name);
  await page.getByRole('checkbox', { name: 'Train LoRA' }).uncheck();
  await page.getByRole('checkbox', { name: 'Train RandLoRA' }).check();
  await unfold(page, /^Advanced/);
  await page.getByRole('textbox', { name: 'Input size' }).fill('64');
  await page.getByRole('textbox', { name: 'Input size' }).press('Enter');

  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'RandLoRA').getByText('done')).toBeVisible({ timeout: ended });
  await openRun(page);
  await expect(page.getByText(/of 10 test pictures right \([\d.]+ %\) with/)).toBeVisible();

  await (await findInMatrix(page, 'green', wrong)).selectOption('red');
  await goTo(page, 'Train');
  const changed = page.getByText('1 change to this data');
  await changed.click();
  await expect(page.getByRole('button', { name: `Undo: ${wrong} is now labelled “red”` })).toBeVisible();

  const sheet = page.getByRole('dialog', { name: /^Export / });
  const save = async (form: string) => {
    await sheet.getByRole('radio', { name: form }).check();
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: ended }), sheet.getByRole('button', { name: 'Export' }).click()]);
    return unzip(download);
  };
  await goTo(page, 'Compare');
  await runRow(page, 'RandLoRA').getByRole('button', { name: /^Export/ }).click();
  // By the names that the run's own files have.
  await sheet.getByRole('radio', { name: 'PEFT adapter' }).check();
  await sheet.getByRole('button', { name: 'transformers before 5.9' }).click();
  const peft = await save('PEFT adapter');
  expect(Object.keys(peft)).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors', 'README.md', 'check.py', 'probe.safetensors']));
  expect(JSON.parse(new TextDecoder().decode(peft['adapter_config.json']))).toMatchObject({ peft_type: 'RANDLORA', base_model_name_or_path: name });
  expect(Object.keys(header(defined(peft['adapter_model.safetensors']))).filter((tensor) => tensor.includes('randlora_lambda')).length).toBeGreaterThan(0);
  expect(Object.keys(header(defined(peft['probe.safetensors'])))).toEqual(expect.arrayContaining(['logits', 'pixel_values']));
  await expect(sheet).toBeHidden();

  await runRow(page, 'RandLoRA').getByRole('button', { name: /^Export/ }).click();
  const onnx = await save('ONNX');
  expect(Object.keys(onnx).sort()).toEqual(['README.md', 'config.json', 'onnx/model.onnx', 'preprocessor_config.json']);
  const verdict = sheet.getByText(/^Check passed\. (\d+) of \1 pictures agree\.$/);
  await expect(verdict).toBeVisible({ timeout: ended });
  await page.keyboard.press('Escape');

  // The copies for later are written behind the import.
  await goTo(page, 'Train');
  await expect(page.getByText(/^Keeping a copy/)).toHaveText([], { timeout: ended });
  await page.reload();
  await expect(startButton(page)).toBeEnabled();
  await expect(page.getByRole('checkbox', { name: 'Train RandLoRA' })).toBeChecked();
  await expect(page.getByRole('combobox', { name: 'Data set' })).toHaveValue('colours.zip');
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue(name);
  await expect(page.getByText('24 to train, 10 to test')).toBeVisible();
  await changed.click();
  await expect(page.getByRole('button', { name: `Undo: ${wrong} is now labelled “red”` })).toBeVisible();
  expect(await lossSteps(page)).toEqual([1, 2, 3]);
  await goTo(page, 'Compare');
  await expect(runRow(page, 'RandLoRA').getByText('done')).toBeVisible();
  await openRun(page);
  await expect(page.getByText(/of 10 test pictures right \([\d.]+ %\) with/)).toBeVisible();
  const [adapter] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /^Download the adapter/ }).click()]);
  expect((await unzip(adapter))['adapter_model.safetensors']).toEqual(peft['adapter_model.safetensors']);
  await runRow(page, 'RandLoRA').getByRole('button', { name: /^Export/ }).click();
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  await expect(verdict).toBeVisible();
}

test('a whole visit with a small ViT from a folder', async ({ page }) => {
  await walk(page, await tinyFolder(dir, 'vit'), 'tiny-vit');
});

test('a whole visit with DeiT-Tiny from a folder', async ({ page }) => {
  // The page has one of that name already.
  await walk(page, deit, 'deit-tiny-patch16-224 2');
});
