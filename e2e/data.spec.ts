import { zipSync } from 'fflate';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { defined } from '../src/numbers/defined';
import { keptEdits } from '../src/testing/keptEdits';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { hold, letGo, withHolding } from './hold';
import { ended, goTo, openRun, openStudio, runRow, startButton } from './studioHelp';
import { nothingSticksOut } from './layout';

const shots = process.env.FULLRANK_SHOTS;
let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-data-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Pictures of a class: noise of one hue, all different. */
async function picture(hue: number, seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(24 * 24 * 3);
  let state = 7919 * (seed + 1) + hue;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    pixels[i] = i % 3 === hue ? 128 + (state >>> 25) : state >>> 25;
  }
  return sharp(pixels, { raw: { width: 24, height: 24, channels: 3 } }).png().toBuffer();
}

/** Three classes in train and test; one picture is damaged, one is there twice, one is in both. */
async function zipOfPictures(): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [hue, name] of ['red', 'green', 'blue'].entries()) {
    for (let i = 0; i < 8; i++) files[`train/${name}/${i}.png`] = await picture(hue, i);
    for (let i = 0; i < 3; i++) files[`test/${name}/${i}.png`] = await picture(hue, 100 + i);
  }
  files['train/red/7.png'] = new Uint8Array([1, 2, 3]);
  files['train/green/7.png'] = defined(files['train/green/6.png']);
  files['test/blue/2.png'] = defined(files['train/blue/0.png']);
  return Buffer.from(zipSync(files));
}

test('a zip: classes, counts and health; a class is left out; a run; a label is fixed from the matrix', async ({ page }) => {
  await openStudio(page, { train: { steps: 1, train_limit: 0, test_limit: 0, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  const recorded = page.getByText('Recorded runs, one seed each');
  await expect(recorded).toBeVisible();
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: await zipOfPictures() });
  for (const name of ['red', 'green', 'blue']) await expect(page.getByRole('checkbox', { name: `Use ${name}` })).toBeChecked();
  await expect(page.getByText('1 picture cannot be read and is left out')).toBeVisible();
  await expect(page.getByText('23 to train, 9 to test')).toBeVisible();
  await page.getByText('1 picture cannot be read and is left out').click();
  await expect(page.getByText(/^train\/red\/7\.png cannot be decoded/)).toBeVisible();
  await page.getByText('1 picture in both training and test').click();
  await expect(page.getByText('train/blue/0.png and test/blue/2.png')).toBeVisible();
  await expect(page.getByText('1 duplicate: it counts twice')).toBeVisible();

  await page.getByRole('checkbox', { name: 'Use green' }).click();
  await expect(page.getByText('15 to train, 6 to test')).toBeVisible();
  // Also when no words offer it any more.
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.locator('body').press('Control+z');
  await expect(page.getByText('23 to train, 9 to test')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Use green' }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('15 to train, 6 to test')).toBeVisible();
  // Of the last two none can be left out, which stands by the boxes.
  await expect(page.getByRole('checkbox', { name: 'Use red' })).toBeDisabled();
  await expect(page.getByRole('checkbox', { name: 'Use red' })).toBeChecked();
  await expect(page.getByText('At least two classes are needed, so neither can be left out.')).toBeVisible();
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await nothingSticksOut(page, String(width));
  }
  expect(await serious(page)).toEqual([]);

  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  await openRun(page);
  const matrix = page.getByRole('region', { name: 'Confusion' });
  await expect(matrix.getByRole('rowheader')).toHaveText(['blue', 'red']);
  await matrix.getByRole('button', { name: /^red taken for/ }).first().focus();
  await page.keyboard.press('Enter');
  const label = page.getByRole('combobox', { name: 'Class of test/red/0.png' });
  const first = page.getByRole('combobox', { name: /^Class of test\/red/ }).first();
  await expect(first).toHaveValue('=red');
  if (shots) await page.screenshot({ path: `${shots}/cell.png`, fullPage: true });
  if (await label.count()) await label.selectOption('blue');
  else await first.selectOption('blue');
  await goTo(page, 'Train');
  // Beside other data recorded runs are neither drawn nor offered.
  await expect(recorded).toHaveCount(0);
  await expect(page.getByRole('checkbox', { name: 'recorded runs' })).toHaveCount(0);
  await page.getByText('2 changes to this data').click();
  await expect(page.getByRole('button', { name: /^Undo: test\/red\/\d\.png is now labelled “blue”/ })).toBeVisible();
  expect(await serious(page)).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/data.png`, fullPage: true });
  await page.getByRole('button', { name: /^Undo: test\/red/ }).click();
  await expect(page.getByText('1 change to this data')).toBeVisible();
});

test('what was changed about the bundled set is there after a reload, and can be taken back', async ({ page }) => {
  await openStudio(page);
  await page.getByRole('checkbox', { name: 'Use Ankle boot' }).click();
  await expect(page.getByText(/9 classes/)).toBeVisible();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: 'Use Ankle boot' })).not.toBeChecked();
  await page.getByText('1 change to this data').click();
  await page.getByRole('button', { name: 'Undo: Class Ankle boot is left out' }).click();
  await expect(page.getByRole('checkbox', { name: 'Use Ankle boot' })).toBeChecked();
  await expect(page.getByText(/change to this data/)).toHaveCount(0);
});

test('a set without splits: drawn by chance, by another share and seed, undone, kept over a reload', async ({ page }) => {
  await openStudio(page, { train: { train_limit: 0, val_fraction: 0.1 } });
  const files: Record<string, Uint8Array> = {};
  for (const [hue, name] of ['red', 'green', 'blue'].entries()) for (let i = 0; i < 10; i++) files[`${name}/${i}.png`] = await picture(hue, i);
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync(files)) });
  await expect(page.getByText('22 to train, 2 to check on the way, 6 to test')).toBeVisible();
  await expect(page.getByText('Random split: 20 % of each class held out for testing, seed 0.')).toBeVisible();
  await expect(page.getByText('All 30 pictures can be read, without duplicates.')).toBeVisible();
  // What more is held back by is where the keyboard is.
  await page.getByRole('button', { name: 'Hold back more' }).click();
  await expect(page.getByRole('region', { name: 'How the pictures are split' }).getByRole('textbox', { name: 'Validation share' })).toBeFocused();
  await page.getByRole('textbox', { name: 'Test share' }).fill('40');
  await page.keyboard.press('Enter');
  await expect(page.getByText('16 to train, 2 to check on the way, 12 to test')).toBeVisible();
  await page.getByRole('button', { name: 'Draw again' }).click();
  await expect(page.getByText('Random split: 40 % of each class held out for testing, seed 1.')).toBeVisible();
  await expect(page.getByText('1 change to this data')).toBeVisible();
  await page.locator('body').press('Control+z');
  await expect(page.getByText('Random split: 40 % of each class held out for testing, seed 0.')).toBeVisible();
  const held = page.getByRole('region', { name: 'How the pictures are split' }).getByRole('textbox', { name: 'Validation share' });
  await held.fill('50');
  await held.press('Enter');
  await expect(page.getByText('9 to train, 9 to check on the way, 12 to test')).toBeVisible();
  expect(await serious(page)).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/split.png`, fullPage: true });
  expect((await keptEdits(page))['colours.zip']?.split).toEqual({ seed: 0, train: 0.6, val: 0, test: 0.4 });
  await page.getByText('1 change to this data').click();
  await page.getByRole('button', { name: 'Undo: The split is 40 % for testing, seed 0' }).click();
  await expect(page.getByText('12 to train, 12 to check on the way, 6 to test')).toBeVisible();
});

test('a dropped zip is opened; a check can be cancelled; a zip of nothing leaves the data as it was', async ({ page }) => {
  await withHolding(page);
  await openStudio(page);
  const drop = async (name: string, bytes: Buffer) => {
    const transfer = await page.evaluateHandle(
      ([name, base64]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
        return transfer;
      },
      [name, bytes.toString('base64')] as const,
    );
    await page.getByRole('heading', { name: 'Data', exact: true }).dispatchEvent('drop', { dataTransfer: transfer });
  };
  await drop('colours.zip', await zipOfPictures());
  await expect(page.getByText('1 picture cannot be read and is left out')).toBeVisible();
  await drop('notes.zip', Buffer.from(zipSync({ 'notes.txt': new Uint8Array([104, 105]) })));
  await expect(page.getByRole('alert', { name: 'notes.zip could not be opened' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Use green' })).toBeChecked();
  await drop('.hidden', Buffer.from('x'));
  await expect(page.getByRole('alert', { name: 'What was dropped could not be opened' })).toContainText('There is no file in it that could be read');

  await page.getByRole('combobox', { name: 'Data set' }).selectOption({ label: 'Fashion-MNIST (subset)' });
  await hold(page, 'checkData', 'cancelCheck');
  await page.getByRole('button', { name: 'Check all pictures' }).click();
  await page.getByText(/^Checking pictures/).getByRole('button', { name: 'Cancel' }).click();
  await letGo(page);
  await expect(page.getByText('Not all pictures were checked.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check all pictures' })).toBeEnabled();
});
