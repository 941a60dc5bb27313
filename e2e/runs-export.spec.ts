import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readRuns } from '../src/records/runFile';
import { eventsIn } from '../src/testing/eventFile';
import { unzipSync } from 'fflate';
import { defined } from '../src/numbers/defined';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { openStudio } from './studioHelp';

test.use({ storageState: ({ trained }, use) => use(trained) });

const shots = process.env.FULLRANK_SHOTS;
let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-runs-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a run leaves as a file of runs, CSV, events, and a report that is accessible in light and dark', async ({ page, browser }) => {
  await openStudio(page, {}, 'Compare');

  const sheet = page.getByRole('dialog', { name: 'Export runs' });
  /** Exports the run in a form; where the file lies. */
  const save = async (form: string): Promise<string> => {
    await page.getByRole('button', { name: 'Export runs' }).click();
    await sheet.getByRole('radio', { name: form, exact: true }).check();
    const download = page.waitForEvent('download');
    // Its button is in sight without scrolling, and what is said of the last export lies above the sheet.
    await expect(sheet.getByRole('button', { name: 'Export 1 run' })).toBeInViewport({ ratio: 1 });
    const { y: top } = (await sheet.boundingBox())!;
    for (const found of await sheet.getByText(/^Saved /).filter({ visible: true }).all()) expect((await found.boundingBox())!.y).toBeLessThan(top);
    await sheet.getByRole('button', { name: 'Export 1 run' }).click();
    const path = join(folder, (await download).suggestedFilename());
    await (await download).saveAs(path);
    await expect(sheet).toBeHidden();
    return path;
  };

  await page.getByRole('button', { name: 'Export runs' }).click();
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/runs-export.png` });
  await sheet.getByRole('button', { name: 'None' }).click();
  await expect(sheet.getByText('Choose at least one run.')).toBeVisible();
  await page.keyboard.press('Escape');

  // Whose runs these are stands in the file and at the head of its name, and is known the next time.
  await page.getByRole('button', { name: 'Export runs' }).click();
  await sheet.getByLabel('Your name').fill(' Ada Lovelace ');
  await page.keyboard.press('Escape');
  const file = await save('File of runs');
  expect(basename(file)).toMatch(/^Ada-Lovelace-.*\.runs\.json$/);
  const [run] = readRuns(readFileSync(file), 'f');
  expect(run!.by).toBe('Ada Lovelace');
  expect(run!.curve.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(run!.summary?.final?.split).toBe('test');
  const lines = readFileSync(await save('CSV, long'), 'utf8').split('\n');
  expect(lines[0]).toMatch(/^run,method,.*,step,metric,value$/);
  const found = lines.find((line) => line.startsWith(`${run!.spec.name},lora,`) && line.includes(',4,train/loss,'))!;
  expect(Number(found.split(',').at(-1))).toBeCloseTo(defined(run!.curve[3]).loss, 6);
  const events = Object.values(unzipSync(readFileSync(await save('TensorBoard'))));
  expect(events.map((file) => eventsIn(file).scalars.filter(({ tag }) => tag === 'train/loss').length)).toEqual([4]);

  const report = await save('Report');
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme });
    const alone = await context.newPage();
    await alone.goto(`file://${report}`);
    await expect(alone.getByText(/LoRA r \d+ reaches [\d.]+ % test accuracy over 1 seed\./)).toBeVisible();
    await expect(alone.getByRole('group', { name: 'Training loss of each batch, over steps' })).toBeVisible();
    expect(await broken(alone)).toEqual([]);
    if (shots) await alone.screenshot({ path: `${shots}/report-${colorScheme}.png`, fullPage: true });
    await context.close();
  }
});
