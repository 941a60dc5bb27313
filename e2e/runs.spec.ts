import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import type { MethodConfig } from '../src/train/protocol';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { letGo, withHolding } from './hold';
import { ended, goTo, openStudio, runRow } from './studioHelp';
import type { Page } from '@playwright/test';

/** Seconds on a software adapter. */
const short = { steps: 2, batch: 2, train_limit: 40, test_limit: 10, val_fraction: 0, eval_every: 0, checkpoint_every: 0 };
const runs = (page: Page) => page.getByRole('region', { name: 'Runs', exact: true });
const queue = (page: Page) => page.getByRole('region', { name: 'Queue' });

/** Somebody's file: two methods, three seeds each, and what failed. */
function fileOfRuns(): Buffer {
  const of = (method: MethodConfig) => [0, 1, 2].map((seed) => runRecord({ state: 'done', created: 1000 + seed, data_title: 'Fashion-MNIST', classes: ['a', 'b'] }, { seed }, method));
  const failed = runRecord({ state: 'failed', summary: null, evaluations: [], error: { kind: 'diverged', message: 'The loss ran away.', kept: '', details: '' } }, { seed: 9 }, { method: 'vera', r: 16 });
  return Buffer.from(writeRuns([...of({ method: 'lora', r: 8 }), ...of({ method: 'vera', r: 16 }), failed], 5));
}
const addFile = (page: Page, buffer: Buffer, name = 'class.json') => page.getByLabel('Add runs from a file').setInputFiles({ name, mimeType: 'application/json', buffer });

test('a sweep is counted before it is added, goes through the queue in an order that keys change, and one is cancelled', async ({ page }) => {
  await withHolding(page, 'run', 'prepare');
  await openStudio(page, { methods: ['linear_probe'], train: short });
  await queue(page).getByRole('button', { name: 'Add a sweep' }).click();
  const form = page.getByRole('form', { name: 'Add a sweep' });
  await form.getByLabel('Seeds').fill('3-1');
  await expect(form.getByText('“3-1” is not a seed')).toBeVisible();
  await form.getByLabel('Seeds').fill('0-1');
  await form.getByLabel('Learning rates').fill('x1, x2');
  await expect(form.getByText('1 method × 2 seeds × 2 learning rates')).toBeVisible();
  await expect(form.getByText(/^4 runs, /)).toBeVisible();
  await form.getByRole('button', { name: 'Add 4 runs' }).click();
  await expect(queue(page).getByText(/^run 1 of 4/)).toBeVisible();
  const names = () => queue(page).getByRole('rowheader').allInnerTexts();
  const [, second, third, fourth] = await names();
  await queue(page).getByRole('button', { name: `Move ${fourth}` }).focus();
  await page.keyboard.press('ArrowUp');
  await expect(queue(page).getByText(`${fourth} is now 2 of 3 in the queue.`)).toBeAttached();
  await page.keyboard.press('Home');
  expect((await names()).slice(1)).toEqual([fourth, second, third]);
  await queue(page).getByRole('button', { name: `Cancel ${second}` }).click();
  await queue(page).getByRole('button', { name: `Cancel ${third}` }).click();
  await letGo(page);
  await goTo(page, 'Compare');
  await expect(runs(page).getByRole('rowheader', { name: fourth }).locator('..').getByText('done')).toBeVisible({ timeout: ended });
  await goTo(page, 'Train');
  await expect(queue(page).getByText('Waiting runs appear here')).toBeVisible();
  // What is there already is left out of the next sweep.
  await queue(page).getByRole('button', { name: 'Add a sweep' }).click();
  await expect(form.getByRole('button', { name: 'Add 2 runs' })).toBeVisible();
  await expect(form.getByText(/about (\d+\smin\s?)?(\d+\ss)? on this device/)).toBeVisible();
});

test('a run that is run again gives the same curve', async ({ page }) => {
  await openStudio(page, { methods: ['linear_probe'], train: short });
  await page.getByRole('button', { name: 'Fine-tune now' }).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'Linear probe').getByText('done')).toBeVisible({ timeout: ended });
  await runRow(page, 'Linear probe').getByRole('button', { name: /^Run again/ }).click();
  // The two are one measurement, and one row of the means.
  await runs(page).getByRole('button', { name: 'Show the runs of Linear probe' }).click();
  await expect(runs(page).getByText(/^same curve as [a-z-]+, bit for bit$/)).toBeVisible({ timeout: ended });
});

test('runs of others stand beside one\'s own: filtered, put together with means, renamed and noted, kept over a reload', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openStudio(page, {}, 'Compare');
  await addFile(page, fileOfRuns());
  await expect(page.getByText('Added 7 runs from class.json.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await addFile(page, fileOfRuns());
  await expect(page.getByText('Added 0 runs from class.json, 7 were there already.')).toBeVisible();
  await expect(runs(page).getByText('from class.json')).toHaveCount(7);

  // A filter by keys alone: names are completed, what is wrong is said at its place.
  const filter = page.getByRole('combobox', { name: 'filter' });
  await filter.focus();
  await page.keyboard.type('meth');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(filter).toHaveValue('method ');
  await page.keyboard.type('= "lora"');
  await expect(page.getByText('Write == for “equal”.')).toBeVisible();
  await filter.fill('method == "lora" and accuracy > 0.7');
  await expect(runs(page).getByRole('row')).toHaveCount(4);
  await filter.fill('');

  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
  const vera = runs(page).getByRole('row').filter({ has: page.getByRole('cell', { name: 'VeRA', exact: true }) });
  await expect(vera.getByText('0, 1, 2')).toBeVisible();
  await expect(vera.getByText('1 failed, not counted')).toBeVisible();
  await expect(vera.getByRole('cell', { name: /^80\.0 ± 12\.4/ })).toBeVisible();
  await expect(page.getByText(/^LoRA r 8 and VeRA r 16 have the same mean over 3 seeds, the highest/)).toBeVisible();
  expect(await serious(page, 'main')).toEqual([]);

  await vera.getByRole('button', { name: 'Show the runs of VeRA r 16' }).click();
  await runs(page).getByRole('button', { name: 'vera-1', exact: true }).click();
  const name = page.getByLabel('Name', { exact: true });
  // A name that no file can have is not made another one behind one's back.
  await name.fill('<b>vera</b>');
  await name.press('Enter');
  await expect(page.getByText(/^The run keeps its name/)).toBeVisible();
  await expect(runs(page).getByRole('button', { name: 'vera-1', exact: true })).toBeVisible();
  await name.fill('anna-vera');
  await name.press('Enter');
  await expect(runs(page).getByRole('button', { name: 'anna-vera', exact: true })).toBeVisible();
  // Nothing is lost of what was typed up to the reload.
  await page.getByLabel('Notes').fill('from Anna');
  await page.reload();
  await page.getByRole('combobox', { name: 'filter' }).fill('notes contains "anna"');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(runs(page).getByRole('button', { name: 'anna-vera', exact: true })).toBeVisible();
  await expect(runs(page).getByRole('row')).toHaveCount(2);
  // What the filter leaves out has no details below the table either.
  await runs(page).getByRole('button', { name: 'anna-vera', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Details of anna-vera' })).toBeVisible();
  await page.getByRole('combobox', { name: 'filter' }).fill('accuracy > 99');
  await expect(page.getByRole('heading', { name: 'Details of anna-vera' })).toHaveCount(0);
  await expect(page.getByRole('heading', { name: /^One run/ })).toHaveCount(0);
});

test('a name and notes that were given just before the page is left are kept, however slowly the browser answers', async ({ page }) => {
  await openStudio(page, {}, 'Compare');
  await addFile(page, fileOfRuns());
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await runs(page).getByRole('button', { name: 'vera-1', exact: true }).click();
  // A busy machine: what is read before it is written is not answered while the page is there.
  await page.evaluate(() => {
    const listen = IDBRequest.prototype.addEventListener;
    IDBRequest.prototype.addEventListener = function (this: IDBRequest, ...args: Parameters<typeof listen>) {
      const store = this.source;
      if (args[0] !== 'success' || !(store instanceof IDBObjectStore) || store.name !== 'runs' || store.transaction.mode !== 'readwrite') return listen.apply(this, args);
      const wait = (): void => void (store.get('nothing').onsuccess = wait);
      wait();
    };
  });
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('anna-vera');
  await name.press('Enter');
  await page.getByLabel('Notes').fill('from Anna');
  await page.reload();
  await page.getByRole('combobox', { name: 'filter' }).fill('notes contains "anna"');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(runs(page).getByRole('button', { name: 'anna-vera', exact: true })).toBeVisible();
});

test('a file that holds no runs is refused with its reason, and nothing changes', async ({ page }) => {
  await openStudio(page, {}, 'Compare');
  // Recorded ones are there until there are others.
  await expect(runs(page).getByText('recorded').first()).toBeVisible();
  const rows = await runs(page).getByRole('row').count();
  // Also where the button is at the lower edge of the window, and what is said under it below.
  await page.getByRole('button', { name: 'Add runs from a file' }).evaluate((button) => scrollBy(0, button.getBoundingClientRect().bottom - innerHeight));
  await addFile(page, Buffer.from('{"format":"fullrank-runs","version":1,"runs":[{"spec":{"id":"x","name":"../up"}}]}'), 'bad.json');
  await expect(page.getByRole('alert').filter({ hasText: 'bad.json was not added.' })).toBeInViewport({ ratio: 1 });
  await addFile(page, Buffer.from('no JSON'), 'worse.json');
  await expect(page.getByRole('alert').filter({ hasText: 'worse.json is not valid JSON' })).toBeVisible();
  await expect(runs(page).getByRole('row')).toHaveCount(rows);
});
