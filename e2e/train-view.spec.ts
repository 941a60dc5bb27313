import type { Page } from '@playwright/test';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { expect, test } from './fixtures';
import { ended, goTo, methodRow, moreMethods, openStudio, startButton, unfold } from './studioHelp';
import { nothingSticksOut } from './layout';

/** Settings of a first visit: nothing was kept. */
async function firstVisit(page: Page): Promise<void> {
  await page.goto('/#/train');
  await expect(startButton(page)).toBeEnabled();
  await expect(methodRow(page, 'Full')).toContainText('100 %');
}

test('Train is at home on one screen: what one needs before a run is above the fold at 1440 x 900', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await firstVisit(page);
  const needed = {
    'the last class': page.getByRole('checkbox', { name: 'Use Ankle boot' }),
    'own pictures': page.getByRole('button', { name: 'Choose folder' }),
    'the model': page.getByRole('button', { name: 'Use another model' }),
    'the budget': page.getByRole('slider', { name: /^Budget/ }),
    'the length': page.getByRole('textbox', { name: 'Length', exact: true }),
    'the last method': methodRow(page, 'Full'),
    'more methods': moreMethods(page),
    memory: page.locator('summary', { hasText: 'Predicted memory' }),
    advanced: page.locator('summary', { hasText: /^Advanced/ }),
    queue: page.getByRole('button', { name: 'Add a sweep' }),
    'the loss': page.getByRole('figure', { name: 'Training loss' }).getByRole('heading'),
  };
  for (const [what, where] of Object.entries(needed)) {
    // Once plans and pictures are there.
    await expect.poll(async () => Math.round(await where.evaluate((one) => one.getBoundingClientRect().bottom)), what).toBeLessThan(900);
  }
});

test('one table has every method: setting, trainable, memory, time as a share before any run, its own rate, and file', async ({ page }) => {
  await firstVisit(page);
  const table = page.getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'adapter parameters' }) });
  await expect(table.getByRole('columnheader')).toHaveText(['method', 'setting', 'adapter parameters', 'memory, MiB', 'work', 'time of a run', 'learning rate', 'file, MiB']);
  for (const title of ['RandLoRA', 'LoRA', 'VeRA']) await expect(methodRow(page, title)).toContainText(/[rk] \d+.*\d{2},\d{3}.*\d\.\d\d.*\d %/s);
  // The head, which trains with every method, is said once.
  await expect(page.getByText(/new head of [\d,]+/)).toHaveCount(1);
  // What is off the budget says by how much, and why.
  await expect(methodRow(page, 'Full')).toContainText(/× \d/);
  await expect(page.getByText(/^Full: It trains all weights/)).toBeVisible();

  await moreMethods(page).click();
  await expect(methodRow(page, 'DoRA')).toContainText(/r \d+.*\d\.\d\d.*\d %/s);
  // By kind, in the order of any column, and as one looks for them.
  await expect(table.getByRole('rowheader', { name: 'Scalings and biases', exact: true })).toBeVisible();
  const files = async () => (await table.locator('[data-name="file, MiB"]').allTextContents()).map(Number);
  await table.getByRole('button', { name: 'file, MiB' }).click();
  await expect(table.getByRole('columnheader', { name: 'file, MiB' })).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(async () => (await files()).every((size, i, all) => i === 0 || Number.isNaN(size) || size >= all[i - 1]!)).toBe(true);
  await expect(table.getByRole('rowheader', { name: 'Scalings and biases', exact: true })).toHaveCount(0);
  // From the largest, and by kind again.
  await table.getByRole('button', { name: 'file, MiB' }).click();
  await table.getByRole('button', { name: 'file, MiB' }).click();
  await page.getByRole('searchbox', { name: 'Find a method' }).fill('norms');
  await expect(methodRow(page, 'LN tuning')).toBeVisible();
  await expect(methodRow(page, 'LoRA')).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Find a method' }).fill('');
  await page.getByRole('checkbox', { name: 'Train DoRA' }).check();
  await page.getByRole('button', { name: 'Fewer methods' }).click();
  await expect(methodRow(page, 'DoRA')).toBeVisible();
  await expect(methodRow(page, 'NoLA')).toHaveCount(0);
  // What is unticked stays, to be ticked again.
  await page.getByRole('checkbox', { name: 'Train DoRA' }).uncheck();
  await expect(methodRow(page, 'DoRA')).toBeVisible();
});

test('length is in steps or epochs, and a rate that is emptied is the method’s own again', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'full'] });
  const length = page.getByRole('textbox', { name: 'Length', exact: true });
  await expect(length).toHaveValue('4');
  await page.getByRole('group', { name: 'Length in' }).getByRole('button', { name: 'Epochs' }).click();
  await expect(length).toHaveValue('3');
  await unfold(page, /^Advanced/);
  const steps = page.getByRole('textbox', { name: 'Steps', exact: true });
  await expect(steps).toHaveValue('');
  await expect(steps).toHaveAttribute('placeholder', 'as the epochs say');
  await steps.fill('7');
  await steps.press('Enter');
  await expect(length).toHaveValue('7');
  // The unit that is chosen already changes nothing, and one that is chosen again has its number.
  const unit = (name: string) => page.getByRole('group', { name: 'Length in' }).getByRole('button', { name });
  await unit('Steps').click();
  await expect(length).toHaveValue('7');
  await unit('Epochs').click();
  await expect(length).toHaveValue('3');
  await unit('Steps').click();
  await expect(length).toHaveValue('7');

  const rate = page.getByRole('textbox', { name: 'Learning rate of LoRA' });
  await expect(rate).toHaveValue('');
  await expect(rate).toHaveAttribute('placeholder', '0.003');
  await rate.fill('0.01');
  await rate.press('Enter');
  await expect(page).toHaveURL(/lr\.lora=0\.01/);
  await rate.fill('');
  await rate.press('Enter');
  await expect(page).not.toHaveURL(/lr\.lora/);

  // What is no good is not taken, and does not go without a word.
  for (const [field, typed] of [[rate, '0'], [rate, 'fast'], [length, '0'], [length, 'abc']] as const) {
    const before = await field.inputValue();
    await field.fill(typed);
    await field.press('Enter');
    await expect(field).toHaveValue(before);
    await expect(page.getByText(`“${typed}” was not taken.`).first()).toBeVisible();
  }
  // The words go with what is typed next, also where it is what stood there.
  await length.fill('7');
  await expect(page.getByText('“abc” was not taken.')).toHaveCount(0);
  // What is wrong makes the row no wider and takes lines of its own; nothing typed is the default.
  const beside = page.getByRole('group', { name: 'Length in' });
  const { x, y } = (await beside.boundingBox())!;
  await length.fill('0');
  await expect(page.getByText('At least 1.').or(page.getByText(/^Between 1 and 1,000,000\.$/)).first()).toBeVisible();
  expect(await beside.boundingBox()).toMatchObject({ x, y });
  await length.fill('');
  await length.press('Enter');
  await expect(length).toHaveAttribute('aria-invalid', 'false');
  await expect(length).not.toHaveValue('');
  // None of it is no limit, and the field says so.
  await unfold(page, /^Advanced/);
  const cap = page.getByRole('region', { name: 'Budget', exact: true }).getByRole('textbox', { name: 'Work at most' });
  await cap.fill('0');
  await cap.press('Enter');
  await expect(cap).toHaveValue('');
  await expect(cap).toHaveAttribute('placeholder', 'no limit');
});

test('what the methods are shown with stays over a reload, and each in sight is planned', async ({ page }) => {
  await openStudio(page, { methods: ['lora'] });
  const memory = (title: string) => methodRow(page, title).locator('[data-name="memory, MiB"]');
  // Ticked or not.
  for (const title of ['LoRA', 'VeRA', 'Full']) await expect(memory(title)).toHaveText(/^\d/);
  await moreMethods(page).click();
  await expect(memory('DoRA')).toHaveText(/^\d/);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Fewer methods' })).toBeVisible();
  await expect(memory('DoRA')).toHaveText(/^\d/);
  await methodRow(page, 'LoRA').getByRole('checkbox').uncheck();
  await expect(startButton(page)).toBeDisabled();
  for (const title of ['LoRA', 'DoRA']) await expect(memory(title)).toHaveText(/^\d/);
});

test('Enter in a field keeps the focus there, and Ctrl Enter trains with what is typed, where it is good', async ({ page }) => {
  await openStudio(page, { methods: ['lora'] });
  const length = page.getByRole('textbox', { name: 'Length', exact: true });
  await length.fill('5');
  await length.press('Enter');
  await expect(page).toHaveURL(/steps=5/);
  await expect(length).toBeFocused();
  const budget = page.getByRole('textbox', { name: /^Budget/ });
  await budget.fill('20000');
  await budget.press('Enter');
  await expect(budget).toHaveValue('20,000');
  await expect(budget).toBeFocused();
  for (const [field, typed] of [[budget, 'many'], [length, 'abc']] as const) {
    await field.fill(typed);
    await field.press('Control+Enter');
  }
  await expect(page.getByText('“abc” was not taken.')).toBeVisible();
  await expect(startButton(page)).toBeVisible();
  await budget.fill('20,000');
  await length.fill('3');
  await length.press('Control+Enter');
  await expect(page.locator('#run-bar')).toContainText('1 run finished', { timeout: ended });
  // Where one typed one goes on typing.
  await expect(length).toBeFocused();
  await expect(page).toHaveURL(/steps=3/);
});

for (const size of [{ width: 1440, height: 900 }, { width: 360, height: 740 }]) {
  test(`why a rate was not taken stands under its field, and makes no table wider, at ${size.width} pixels`, async ({ page }) => {
    await page.setViewportSize(size);
    await firstVisit(page);
    const table = page.getByRole('table').filter({ has: methodRow(page, 'LoRA') });
    const width = async () => (await table.boundingBox())!.width;
    const before = await width();
    for (const typed of ['abc', '1000', 'a'.repeat(40)]) {
      const rate = page.getByRole('textbox', { name: 'Learning rate of LoRA' });
      await rate.fill(typed);
      await rate.press('Enter');
      const why = page.getByText(`“${typed}” was not taken.`);
      await expect(why).toBeVisible();
      expect(await width()).toBe(before);
      const [field, words] = [(await rate.boundingBox())!, (await why.boundingBox())!];
      expect(words.width, 'words are as wide as their field').toBeLessThan(field.width + 2);
      expect(await why.evaluate((one) => one.scrollWidth - one.clientWidth), 'nothing is cut').toBeLessThanOrEqual(0);
      await nothingSticksOut(page, typed);
    }
  });
}

test('Advanced is grouped by purpose, with units, and shows neither 0 nor -1 for what is not set', async ({ page }) => {
  await openStudio(page);
  await unfold(page, /^Advanced/);
  const group = (name: string) => page.getByRole('region', { name, exact: true });
  for (const name of ['Length', 'Optimisation', 'Data', 'Memory', 'Logging']) await expect(group(name)).toBeVisible();
  await expect(group('Optimisation').getByRole('textbox', { name: 'Warm-up' })).toHaveAttribute('placeholder', 'a tenth of all');
  await expect(group('Data').getByRole('textbox', { name: 'Shots' })).toHaveAttribute('placeholder', 'all');
  await expect(group('Data').getByRole('textbox', { name: 'Validation share' })).toHaveValue('10');
  await expect(group('Memory').getByRole('textbox', { name: 'Accumulation' })).toHaveAccessibleDescription(/^batches /);
  const empty = await page.getByRole('textbox').evaluateAll((all) => (all as HTMLInputElement[]).filter((one) => one.placeholder !== '' && ['0', '-1'].includes(one.value)).length);
  expect(empty).toBe(0);
});

test('on a telephone the order is data, methods, live; the controls are at the bottom and nothing sticks out', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await firstVisit(page);
  const tops = () => page.evaluate((names) => names.map((name) => [...document.querySelectorAll('h2, h3')].find((one) => one.textContent === name)!.getBoundingClientRect().top), ['Data', 'Model & methods', 'Training loss']);
  const [data, methods, live] = await tops();
  expect(data).toBeLessThan(methods!);
  expect(methods).toBeLessThan(live!);
  const start = (await startButton(page).boundingBox())!;
  expect(start.y).toBeGreaterThan(600);
  // The view is none of those that stand in the header: the menu says which it is.
  const here = page.locator('header [aria-current=page]').filter({ visible: true });
  await expect(here).toHaveText(['Train']);
  await goTo(page, 'Compare');
  await expect(here).toHaveText(['Compare']);
  await goTo(page, 'Train');
  await moreMethods(page).click();
  await unfold(page, /^Advanced/);
  await unfold(page, 'Predicted memory');
  await nothingSticksOut(page);
});

test('between two runs nothing jumps, and a timed method says seconds', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openStudio(page, { methods: ['lora', 'linear_probe'] });
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train|evaluate/, { timeout: ended });
  // From here on the height of the page is watched until both have ended.
  const heights = page.evaluate(
    () =>
      new Promise<number[]>((done) => {
        const seen = new Set<number>();
        const look = () => {
          seen.add(Math.round(document.querySelector('table')!.getBoundingClientRect().top));
          if (document.body.innerText.includes('2 runs')) done([...seen]);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
  expect(await heights).toHaveLength(1);
  await expect(methodRow(page, 'LoRA').locator('[data-name="time of a run"]')).toHaveText(/^\d+\s(s|min\s\d+\ss)$/);
});

test('a long name of a class stays in its column, and names of files differ where they are cut', async ({ page }) => {
  const files: Record<string, Uint8Array> = {};
  const long = 'Donaudampfschifffahrtsgesellschaftskapitaen';
  for (const name of [long, 'b']) for (let i = 0; i < 6; i++) files[`${name}/a_long_name_of_a_picture_${String(i).padStart(3, '0')}.png`] = await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: 40 * i, g: name.length, b: 90 } } }).png().toBuffer();
  await openStudio(page);
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'own.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync(files)) });
  const row = page.getByRole('listitem').filter({ hasText: long });
  for (const width of [360, 1280, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    // Both of one layout.
    const over = await row.evaluate((one) => one.querySelector('label')!.getBoundingClientRect().right - one.querySelector('button')!.getBoundingClientRect().left);
    expect(over, String(width)).toBeLessThanOrEqual(0);
  }
  await row.getByRole('button').click();
  const shown = page.getByRole('gridcell').locator('[title$=".png"]');
  await expect(shown).toHaveCount(6);
  // The end of each, which tells it from the others, is whole.
  for (const end of await shown.locator('span:last-child').all()) expect(await end.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
});

test('at an equal budget no method plans more than the work it may need, by the batch that runs have', async ({ page }) => {
  await firstVisit(page);
  const share = async (title: string) => Number.parseInt(await methodRow(page, title).locator('[data-name="work"]').innerText());
  for (const title of ['RandLoRA', 'LoRA', 'VeRA']) await expect.poll(() => share(title), title).toBeLessThanOrEqual(131);
});
