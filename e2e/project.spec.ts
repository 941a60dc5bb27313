import type { Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { copies } from '../src/cli/chaos/browser/copies';
import { defined } from '../src/numbers/defined';
import { bytesContent, startHub } from '../src/testing/hubServer.node';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { hold, letGo, withHolding } from './hold';
import { ended, goTo, lossSteps, openRun, openStudio, runRow, startButton, stored } from './studioHelp';
import { nothingSticksOut } from './layout';

const shots = process.env.FULLRANK_SHOTS;
let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-project-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Two classes of plain colours. */
async function zipOfPictures(): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [name, r] of [['red', 200], ['blue', 20]] as const) {
    for (let i = 0; i < 6; i++) files[`${i < 4 ? 'train' : 'test'}/${name}/${i}.png`] = await sharp({ create: { width: 24, height: 24, channels: 3, background: { r, g: 10 * i, b: 220 - r } } }).png().toBuffer();
  }
  return Buffer.from(zipSync(files));
}

const importZip = async (page: Page) => page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: await zipOfPictures() });
const dataChoice = (page: Page) => page.getByRole('combobox', { name: 'Data set' });
const sheet = (page: Page) => page.getByRole('dialog', { name: 'Project' });
const openSheet = (page: Page) => page.getByRole('button', { name: 'Project', exact: true }).click();
/** Without the browser's own dialog, which nobody can press here, a save is a download. */
const withoutPicker = (page: Page) => page.addInitScript(() => delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker);
const settings = { train: { steps: 2, train_limit: 0, test_limit: 0, val_fraction: 0, eval_every: 0, checkpoint_every: 1 } };

/** The set, the edit, and the run with its curve and its adapter. */
async function expectAll(page: Page) {
  await goTo(page, 'Train');
  await expect(dataChoice(page)).toHaveValue('colours.zip');
  await expect(page.getByText(/^test\/red\/\d\.png is left out/).first()).toBeAttached();
  await expect(page.getByText('8 to train, 3 to test')).toBeVisible();
  expect(await lossSteps(page)).toEqual([1, 2]);
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible();
  await expect(runRow(page, 'LoRA').getByRole('button', { name: /^Export/ })).toBeVisible();
}

test('imported pictures, an edit and a run survive a reload, a file, and a new project', async ({ page }) => {
  await withoutPicker(page);
  await openStudio(page, settings);
  await importZip(page);
  await expect(page.getByText('8 to train, 4 to test')).toBeVisible();
  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  // A picture is left out from the confusion matrix.
  await openRun(page);
  await page.getByRole('region', { name: 'Confusion' }).getByRole('button', { name: /^red taken for/ }).first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('checkbox', { name: /^Use test\/red/ }).first().click();
  await goTo(page, 'Train');
  await expect(page.getByText('8 to train, 3 to test')).toBeVisible();
  await stored(page, 'test/red');
  await page.reload();
  await expectAll(page);

  await openSheet(page);
  await expect(sheet(page).getByText(/holds 1 run, 1 data set of your own and 1 change to data/)).toBeVisible();
  await expect(sheet(page).getByText(/The file will be about/)).toBeVisible();
  await expect(sheet(page).getByRole('listitem').filter({ hasText: 'colours.zip' })).toContainText('your data, 1 file');
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/project.png` });
  const download = page.waitForEvent('download');
  await sheet(page).getByRole('button', { name: 'Save project' }).click();
  const file = join(folder, 'mine.fullrank');
  await (await download).saveAs(file);
  await expect(sheet(page).getByText(/^Saved project .*\.fullrank/)).toBeVisible();

  // A new project is empty, and the one before can be brought back.
  await sheet(page).getByRole('button', { name: 'New project' }).click();
  await sheet(page).getByRole('button', { name: 'Begin a new project' }).click();
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(0);
  await goTo(page, 'Train');
  await expect(dataChoice(page).getByRole('option')).toHaveText(['Hand signs', 'Fashion-MNIST (subset)']);
  await expect(page.getByText(/^New project started\. You can restore the previous one now/)).toBeVisible();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expectAll(page);
  await openSheet(page);
  await sheet(page).getByRole('button', { name: 'New project' }).click();
  await sheet(page).getByRole('button', { name: 'Begin a new project' }).click();
  await expect(page.getByText(/^New project started\. You can restore the previous one now/)).toBeVisible();
  await page.getByRole('status').getByRole('button', { name: 'Close' }).click();
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(0);
  // Also later, and then for the last time.
  await openSheet(page);
  await sheet(page).getByRole('button', { name: 'Bring it back' }).click();
  await expectAll(page);
  await openSheet(page);
  await sheet(page).getByRole('button', { name: 'New project' }).click();
  await sheet(page).getByRole('button', { name: 'Begin a new project' }).click();
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(0);
  await openSheet(page);
  await sheet(page).getByRole('button', { name: 'Delete it' }).click();
  await expect(sheet(page).getByRole('button', { name: 'Bring it back' })).toHaveCount(0);
  await expect(sheet(page).getByText('There is nothing in it yet but settings.')).toBeVisible();
  await page.keyboard.press('Escape');

  // A damaged file changes nothing.
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = defined(bytes[bytes.length >> 1]) ^ 255;
  writeFileSync(join(folder, 'damaged.fullrank'), bytes);
  await openSheet(page);
  await sheet(page).getByLabel('Choose a project file').setInputFiles(join(folder, 'damaged.fullrank'));
  await expect(sheet(page).getByText(/^damaged\.fullrank was not opened, and nothing has changed\./)).toBeVisible();

  // The file brings everything back, and training goes on with it.
  await sheet(page).getByLabel('Choose a project file').setInputFiles(file);
  await expect(sheet(page).getByText(/^mine\.fullrank, saved on .*, holds 1 run, 1 data set of your own and 1 change to data\./)).toBeVisible();
  await expect(sheet(page).getByText('It will replace this project, which is empty.')).toBeVisible();
  if (shots) await page.screenshot({ path: `${shots}/found.png` });
  await sheet(page).getByRole('button', { name: 'Open it' }).click();
  await expectAll(page);
  await expect(startButton(page)).toBeEnabled();
  await startButton(page).click();
  await goTo(page, 'Compare');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(2, { timeout: ended });
});

test('a project goes into a chosen file; a cancel leaves none', async ({ page }) => {
  // A file of the private file system stands in for the one that a person would choose.
  await page.addInitScript(() => {
    (window as unknown as { showSaveFilePicker: unknown }).showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) => (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
  });
  const saved = () =>
    page.evaluate(async () => {
      const sizes: number[] = [];
      for await (const [name, handle] of (await navigator.storage.getDirectory()) as unknown as AsyncIterable<[string, FileSystemFileHandle]>) if (name.endsWith('.fullrank')) sizes.push((await handle.getFile()).size);
      return sizes;
    });
  await withHolding(page);
  await openStudio(page);
  await importZip(page);
  await expect(dataChoice(page)).toHaveValue('colours.zip');
  await openSheet(page);
  await expect(sheet(page).getByRole('listitem').filter({ hasText: 'colours.zip' })).toBeVisible();
  await expect(sheet(page).getByRole('checkbox', { name: /^With your own data/ })).toBeChecked();
  await sheet(page).getByRole('button', { name: 'Save project' }).click();
  await expect(sheet(page).getByText(/^Saved project/)).toBeVisible();
  expect(await saved()).toEqual([expect.any(Number)]);
  expect((await saved())[0]).toBeGreaterThan(1000);

  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    for await (const [name] of root) if (name.endsWith('.fullrank')) await root.removeEntry(name);
  });
  // The cancel comes while the save goes on, however quick it is.
  await hold(page, 'saveProject', 'cancelProject');
  await sheet(page).getByRole('button', { name: 'Save project' }).click();
  await sheet(page).getByRole('button', { name: 'Cancel' }).click();
  await letGo(page);
  await expect(sheet(page).getByText('Cancelled. Nothing has changed.')).toBeVisible();
  expect(await saved()).toEqual([]);
});

test('a model of the hub is named in the file, and offered where it is missing', async ({ page }) => {
  const nano = resolve(import.meta.dirname, '../public/models/vit-nano');
  const files = Object.fromEntries(['config.json', 'model.safetensors', 'preprocessor_config.json'].map((name) => [name, bytesContent(new Uint8Array(readFileSync(`${nano}/${name}`)))]));
  const hub = await startHub({ 'fullrank/vit-nano': files });
  await withoutPicker(page);
  await openStudio(page, { hubEndpoint: hub.endpoint });
  await openSheet(page);
  const [top, height] = await sheet(page).boundingBox().then((box) => [box!.y, box!.height] as const);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'From Hugging Face' }).click();
  await page.getByRole('textbox', { name: 'Model id' }).fill('fullrank/vit-nano');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('fullrank/vit-nano');
  await openSheet(page);
  // With more in it the sheet is higher and stands where it stood: no button moves away from under a press.
  await expect.poll(() => sheet(page).boundingBox().then((box) => box!.height)).toBeGreaterThan(height);
  expect((await sheet(page).boundingBox())!.y).toBe(top);
  const download = page.waitForEvent('download');
  await sheet(page).getByRole('button', { name: 'Save project' }).click();
  const file = join(folder, 'hub.fullrank');
  await (await download).saveAs(file);
  await sheet(page).getByRole('button', { name: /^Delete fullrank\/vit-nano/ }).click();
  await expect(sheet(page).getByText(/^No imported files yet/)).toBeVisible();
  await sheet(page).getByLabel('Choose a project file').setInputFiles(file);
  await sheet(page).getByRole('button', { name: 'Open it' }).click();
  const notice = page.getByText('This project uses fullrank/vit-nano from Hugging Face, which is not in this browser.');
  await expect(notice).toBeVisible();
  await page.getByRole('button', { name: 'Load it fullrank/vit-nano' }).click();
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('fullrank/vit-nano');
  await expect(notice).toHaveCount(0);
  await hub.close();
});

test('where storage is refused an import works, and the page says that it will not last; a kept one can be deleted', async ({ page }) => {
  await openStudio(page);
  await importZip(page);
  await expect(dataChoice(page)).toHaveValue('colours.zip');
  await openSheet(page);
  const item = sheet(page).getByRole('listitem').filter({ hasText: 'colours.zip' });
  // Its row stays with the way back in it, so that no other comes under the pointer, and the deletion is told once.
  await item.getByRole('button', { name: /^Delete colours\.zip, / }).dblclick();
  await expect(item.getByRole('button')).toHaveText(['Undo']);
  await expect(page.getByText('Deleted colours.zip.')).toHaveCount(1);
  await sheet(page).locator('header').getByRole('button', { name: 'Close' }).click();
  await expect(dataChoice(page).getByRole('option')).toHaveText(['Hand signs', 'Fashion-MNIST (subset)']);
  await page.locator('body').press('Control+z');
  await expect(dataChoice(page)).toHaveValue('colours.zip');
  await openSheet(page);
  await expect(item.getByRole('button')).toHaveText(['Delete']);
  await item.getByRole('button', { name: /^Delete/ }).click();
  // What is deleted stays so where the page is left at once, while it can still be undone.
  await page.reload();
  await expect(startButton(page)).toBeEnabled();
  await expect(dataChoice(page).getByRole('option')).toHaveText(['Hand signs', 'Fashion-MNIST (subset)']);
  await expect.poll(async () => (await copies(page))?.all).toBe(0);

  await page.addInitScript(() => {
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        const refuse = `StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('private window', 'SecurityError'));`;
        super(URL.createObjectURL(new Blob([`import ${JSON.stringify(String(url))}; ${refuse}`], { type: 'text/javascript' })), options);
      }
    };
  });
  await page.reload();
  await expect(startButton(page)).toBeEnabled();
  await importZip(page);
  await expect(page.getByText(/^colours\.zip can be used now, but must be chosen again after a reload\./)).toBeVisible();
  await expect(page.getByText('7 to train, 1 to check on the way, 4 to test')).toBeVisible();
});

test('reads of the storage that the browser drops, as it does where a page is left, are no errors of the page', async ({ page }) => {
  await page.addInitScript(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<IDBDatabase['transaction']>) {
      const begun = transaction.apply(this, args);
      if (args[1] !== 'readwrite') {
        begun.abort();
        document.documentElement.dataset.dropped = 'true';
      }
      return begun;
    };
  });
  await openStudio(page);
  await expect(page.locator('html[data-dropped]')).toBeAttached();
  await expect(startButton(page)).toBeEnabled();
});

test('the example that comes with the page: runs of seven methods, their landscape, and what is inside', async ({ page }) => {
  await openStudio(page);
  await openSheet(page);
  await sheet(page).getByRole('button', { name: 'Open the example' }).click();
  await expect(sheet(page).getByText(/^fashion-mnist\.fullrank, saved on .*, holds 55 runs\.$/)).toBeVisible();
  await sheet(page).getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByText('55 runs finished')).toBeVisible();
  await goTo(page, 'Compare');
  await expect(page.getByRole('heading', { level: 2, name: /^DoRA r 5 is highest, but .* not distinguishable/ })).toBeVisible();
  const landscape = page.getByRole('region', { name: 'Loss landscape' });
  await goTo(page, 'Landscape');
  await expect(landscape.getByText('LoRA (step 100), Full (step 110) and RandLoRA (step 100) lie in one valley')).toBeVisible();
  await goTo(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await expect(inside.getByRole('figure').first()).toBeVisible();
  // Words of the field open where they stand, by keys.
  for (const [word, says] of [['What is CKA?', /^Centred kernel alignment: how alike two models/], ['drift', /^How far fine-tuning moved a layer’s features/], ['What is a spectrum?', /^The singular values of an update, largest first/]] as const) {
    await inside.getByRole('button', { name: word, exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByText(says)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByText(says)).toBeHidden();
  }
  for (const view of ['Compare', 'Landscape', 'Inside', 'Try'] as const) {
    await goTo(page, view);
    for (const width of [360, 768]) {
      await page.setViewportSize({ width, height: 900 });
      await nothingSticksOut(page, `${view}, ${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  // A lesson speaks of its own three runs, however many the project has; what it lies over is not seen.
  await page.goto('/#/lessons?lesson=landscape&part=2');
  await expect(page.getByRole('heading', { level: 1, name: 'Which way down ends lowest?' })).toBeVisible();
  await expect(page.locator('main [data-line]').filter({ visible: true })).toHaveCount(3);
});
