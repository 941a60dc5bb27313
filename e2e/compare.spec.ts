import type { Locator, Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { defined } from '../src/numbers/defined';
import type { MethodConfig } from '../src/train/protocol';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { fileOf } from './runsFile';
import { ended, goTo, setBefore, startButton } from './studioHelp';
import { nothingSticksOut } from './layout';

const chart = (page: Page, name: string | RegExp) => page.getByRole('figure', { name });
const cost = (page: Page) => chart(page, 'Accuracy against trainable parameters');
const table = (page: Page) => page.getByRole('region', { name: 'Runs', exact: true }).first();
const grouping = (page: Page) => page.getByRole('combobox', { name: 'Group runs by' });
const recorded = (page: Page) => page.getByText(/^Recorded with this page: \d+ runs on /);

async function open(page: Page, file?: ReturnType<typeof fileOf>): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/#/compare');
  if (!file) return;
  await page.getByLabel('Add runs from a file').setInputFiles(file);
  await expect(page.getByText(/^Added \d+ runs? from class\.json/)).toBeVisible();
}

/** Boxes of what a selector finds in a figure, as the layout has them. */
const boxes = (figure: Locator, selector: string): Promise<{ left: number; top: number; right: number; bottom: number; text: string }[]> =>
  figure.locator(selector).evaluateAll((all) => all.map((one) => ({ ...(one.getBoundingClientRect().toJSON() as DOMRect), text: one.textContent ?? '' })));

/** Names that hide a mark or another name, or leave their figure. */
async function badNames(figure: Locator): Promise<string[]> {
  const frame = defined((await boxes(figure, 'xpath=self::*'))[0]);
  const names = await boxes(figure, '[class*=_label_]');
  const marks = await boxes(figure, '[class*=_mk_]');
  const overlap = (a: typeof frame, b: typeof frame) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return [
    ...(names.length === 0 || marks.length === 0 ? ['nothing is named'] : []),
    ...names.filter((name) => marks.some((mark) => overlap(name, mark))).map(({ text }) => `${text} hides a mark`),
    ...names.filter((name, i) => names.some((other, k) => k !== i && overlap(name, other))).map(({ text }) => `${text} overlaps another name`),
    ...names.filter(({ left, right }) => left < frame.left || right > frame.right).map(({ text }) => `${text} leaves the figure`),
  ];
}

test('differences stand in a table: in pairs they are told where the intervals of the means overlap, and it is readable on a telephone', async ({ page }) => {
  // Of 400 test pictures each seed gets others right, both methods alike, and the better one 16 more.
  const right = (seed: number, more: number) => Array.from({ length: 400 }, (_, i) => i < defined([350, 290, 320][seed]) || i >= 400 - more);
  const three = (method: MethodConfig, more: number) => [0, 1, 2].map((seed) => ({ method, train: { seed }, name: `${method.method}-${seed}`, right: right(seed, more) }));
  await open(page, fileOf(...three({ method: 'lora', r: 8 }, 16), ...three({ method: 'randlora', r: 8 }, 0), ...three({ method: 'dora', r: 8 }, 15), { method: { method: 'vera' }, train: { seed: 0 }, name: 'vera-0', right: right(0, 2) }));
  await expect(page.getByRole('heading', { level: 2, name: /^Among those of three seeds or more: LoRA r 8 is highest, but DoRA r 8 is not distinguishable from it over 3 seeds/ })).toBeVisible();
  await expect(page.getByText(/^LoRA r 8 is better than RandLoRA r 8 by 4\.0 points/)).toBeVisible();
  // A single run has the interval of its pictures.
  await expect(table(page).getByRole('row', { name: /VeRA/ })).toContainText(/88\.0 84\.4 to 90\.8/);
  await page.getByRole('heading', { name: 'Differences', exact: true }).click();
  const rows = page.getByTestId('differences').locator('tbody tr');
  await expect(rows).toHaveText([/^LoRA r 8best/, /^DoRA r 8not distinguishable.*−0\.3.*paired by seed and picture, 3 seeds/, /^RandLoRA r 8worse[\d.]+ ± [\d.]+−4\.0.*< 0\.001/, /^VeRAthese models differ.*84\.4 to 90\.8.*paired by picture, 1 seed/]);
  await expect(page.getByTestId('corrected')).toHaveText('p is corrected for 3 pairs, and apart for 3 pairs of single models among these 4 settings (Holm).');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('difference-files').getByRole('button', { name: 'CSV' }).click()]);
  expect(readFileSync(await file.path(), 'utf8')).toMatch(/^setting,seeds,difference_points,ci95_low,ci95_high,[^]*\n"RandLoRA r 8, from class",3,-4,/);
  expect(await serious(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await nothingSticksOut(page);
  await expect(rows.first()).toBeVisible();
});

test('a first visit: recorded runs, said to be recorded, what was found first, sections that open, and training as the next step', async ({ page }) => {
  await open(page);
  await expect(recorded(page)).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: /(not distinguishable|better than|chance)/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train your own' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add 2 seeds' })).toHaveCount(0);
  await expect(table(page).getByText('recorded').first()).toBeVisible();

  // Figure 1 and the curves are on the first screen, figure 1 the larger.
  const one = defined((await boxes(cost(page), 'xpath=self::*'))[0]);
  const curves = defined((await boxes(chart(page, /accuracy$/), 'xpath=self::*'))[0]);
  expect(one.bottom).toBeLessThanOrEqual(900);
  expect(one.right - one.left).toBeGreaterThan(curves.right - curves.left);
  // One line for each setting, with its interval as a band.
  const bands = chart(page, /accuracy$/).locator('[class*=_band_]');
  await expect.poll(() => bands.count()).toBeGreaterThan(3);
  // One at a time stands out with its band: the one whose name is pointed at or clicked, or that the arrow keys come to.
  const names = chart(page, /accuracy$/).locator('[data-line]');
  const dim = chart(page, /accuracy$/).locator('[data-line][class*=_dim_]');
  const all = await names.count();
  await names.first().hover();
  await expect(bands).toHaveCount(1);
  await expect(dim).toHaveCount(all - 1);
  await page.mouse.move(5, 5);
  await expect(dim).toHaveCount(0);
  await names.last().click();
  await page.mouse.move(5, 5);
  await expect(bands).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(dim).toHaveCount(0);
  await chart(page, /accuracy$/).getByRole('group').last().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(chart(page, /accuracy$/).getByRole('status')).toHaveText(/^\w.* \d+\.\d$/);
  await expect(bands).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => bands.count()).toBeGreaterThan(3);

  // No two of these were timed alike: their seconds stand in no column. A budget is chosen before there is an own run.
  await expect(table(page).getByRole('columnheader', { name: 'method' })).toBeVisible();
  await expect(table(page).getByRole('columnheader', { name: 'training time' })).toHaveCount(0);
  await expect(page.getByRole('slider', { name: /^At most so many trainable parameters/ })).toBeEnabled();

  // Nothing of a section is drawn before it is opened.
  await expect(chart(page, 'Accuracy of each class')).toHaveCount(0);
  await page.getByRole('heading', { name: 'By class' }).click();
  await expect(chart(page, 'Accuracy of each class')).toBeVisible();
  await page.getByRole('heading', { name: 'Memory, time and other quantities' }).click();
  await expect(chart(page, 'Test accuracy against memory')).toBeVisible();
  // Each chart says how its marks are read, and no more than it has.
  await expect(chart(page, 'Test accuracy against memory').getByText(/^Filled marks and the stepped line are the Pareto front.*; bars are /)).toBeVisible();
  await expect(chart(page, 'Test accuracy against memory').getByText(/Counts cover/)).toHaveCount(0);
  // The processor was busy when these were recorded: their seconds are compared with nothing.
  await page.getByLabel('Metric of the horizontal axis').selectOption('seconds');
  await expect(page.getByRole('heading', { name: /^Test accuracy against .*time/ })).toBeVisible();
  await expect(chart(page, /^Test accuracy against .*time/)).toHaveCount(0);

  // Sizes that are put together are no budget, and no method.
  await grouping(page).selectOption('method');
  const headline = page.locator('main header').filter({ has: page.getByRole('heading', { level: 2 }) });
  await expect(headline.getByText(/^RandLoRA and LoRA each pool several settings \([\d,]+ to 330,240 adapter parameters\)/)).toBeVisible();
  await expect(headline.getByText(/LoRA:\s[\d.]+\s±\s[\d.]+\s%\s\(15\sruns\);\sNoLA/)).toBeVisible();
  await expect(headline.locator('h2, p').filter({ hasText: /better than.*LoRA|go from 0/ })).toHaveCount(0);
  await grouping(page).selectOption('shots');
  await expect(table(page).getByRole('button', { name: 'Show the runs of VeRA' })).toHaveText('all pictures, 5 runs');
  await grouping(page).selectOption('seed');

  for (const [width, height] of [[1440, 900], [2560, 1440], [360, 740]] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => badNames(cost(page)), `names at ${width}`).toEqual([]);
    await nothingSticksOut(page, String(width));
  }
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    expect(await serious(page, 'main'), theme).toEqual([]);
  }
});

test('runs that differ in their steps and in how often they are looked at have short names, and no name from outside widens the page or the table', async ({ page }) => {
  const lora = { method: 'lora', r: 8 };
  const long = 'x'.repeat(200);
  await open(page, fileOf({ method: lora, train: { steps: 4, eval_every: 1, checkpoint_every: 3, snapshots: 4 } }, { method: lora, train: { steps: 9, eval_every: 2, batch: 4 }, name: long }, { method: { method: 'vera', r: 16 }, train: { test_limit: 10 }, parameters: 900 }));
  for (const width of [1440, 1280, 768, 360]) {
    await page.setViewportSize({ width, height: 900 });
    await nothingSticksOut(page, String(width));
    await expect.poll(() => badNames(cost(page)), `names at ${width}`).toEqual([]);
  }
  for (const width of [1960, 1620, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const by of ['seed', 'run', 'method', 'who']) {
      await grouping(page).selectOption(by);
      expect(await table(page).getByRole('region').evaluate((scroll) => scroll.scrollWidth - scroll.clientWidth), `${by} at ${width}`).toBeLessThanOrEqual(0);
    }
  }
  await grouping(page).selectOption('seed');
  const names = (await boxes(cost(page), '[class*=_label_]')).map(({ text }) => text);
  expect(names.filter((name) => name.startsWith('LoRA r 8')).sort()).toEqual(['LoRA r 8steps 4', 'LoRA r 8steps 9']);
  for (const name of names) expect(name).not.toMatch(/evaluate|checkpoint|snapshots|test images/i);
});

test('one grouping for points, curves, classes and table; recorded runs beside other people’s are tagged', async ({ page }) => {
  const methods: MethodConfig[] = [{ method: 'lora', r: 8 }, { method: 'vera', r: 16 }, { method: 'linear_probe' }];
  await open(page, fileOf(...methods.flatMap((method, k) => [0, 1, 2].map((seed) => ({ method, train: { seed }, parameters: 1000 * (k + 1) })))));
  const points = async () => {
    await cost(page).getByRole('button', { name: /^Table/ }).click();
    const count = (await cost(page).getByRole('row').count()) - 1;
    await cost(page).getByRole('button', { name: /^Table/ }).click();
    return count;
  };
  const lines = () => chart(page, /accuracy$/).locator('[class*=_dl_]').count();
  await expect.poll(points).toBe(3);
  await expect.poll(lines).toBe(3);
  // One seed at a time on demand, behind the means.
  await page.getByLabel('single seeds').check();
  await expect.poll(() => chart(page, /accuracy$/).locator('path[class*=_raw_]').count()).toBe(9);
  await page.getByLabel('single seeds').uncheck();
  await grouping(page).selectOption('run');
  await expect.poll(points).toBe(9);
  await expect.poll(lines).toBe(9);
  await grouping(page).selectOption('method');
  await expect.poll(points).toBe(3);

  await page.getByLabel('Recorded runs').check();
  await page.getByText('Whose runs these are').click();
  await expect(page.getByText(/^9 runs of somebody else, \d+ recorded runs$/)).toBeVisible();
  await expect(table(page).getByRole('row').filter({ hasText: 'LoRA' }).filter({ hasNotText: 'RandLoRA' })).toHaveCount(2);
  await expect(table(page).getByText('recorded').first()).toBeVisible();
  // Their seconds are another machine's.
  await expect(table(page).getByTitle(/^Timed under other conditions/).first()).toBeVisible();
  await expect(page.getByText(/^† Timed under other conditions than the rest/)).toBeVisible();
  // What is not to be compared is not read either.
  expect(new Set(await table(page).locator('td[data-label="training time"]', { hasText: '†' }).allTextContents())).toEqual(new Set(['†']));
});

test('a word of the field opens its definition by keys and Escape closes it', async ({ page }) => {
  await open(page);
  const word = page.getByRole('button', { name: 'Pareto front', exact: true });
  await word.focus();
  await page.keyboard.press('Enter');
  const definition = page.getByText(/^The runs that no other run beats on both counts/);
  await expect(definition).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.keyboard.press('Escape');
  await expect(definition).toBeHidden();
  await expect(word).toBeFocused();
});

test('two more seeds of every setting: how many runs it is is said before, they go to the queue, and the mean has an interval', async ({ page }) => {
  await setBefore(page, { methods: ['linear_probe'], train: { steps: 60, batch: 2, train_limit: 40, test_limit: 10, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  await page.goto('/#/train');
  await page.getByRole('button', { name: 'Fine-tune now' }).first().click();
  await page.goto('/#/compare');
  const seeds = page.getByRole('button', { name: 'Add 2 seeds' });
  await expect(seeds).toBeEnabled({ timeout: ended });
  await expect(page.getByRole('heading', { level: 2, name: /^Linear probe gets [\d.]+ % of 10 test pictures right\.$/ })).toBeVisible();
  await expect(page.getByText(/^2 runs, about \d+\ss$/)).toBeVisible();
  await seeds.click();
  // A second press would add two more.
  await expect(seeds).toBeDisabled();
  await expect(page.getByText('2 runs in the queue')).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: /^Linear probe reaches [\d.]+ ± [\d.]+ % over 3 seeds/ })).toBeVisible({ timeout: ended });
  // The next two are others, and what is chosen is trained with the next seed.
  await expect(page.getByRole('button', { name: 'Fine-tune again, seed 3' })).toBeVisible();
  await expect(table(page).getByText('3 (0, 1, 2)')).toBeVisible();
  await expect(seeds).toBeEnabled();
});

test('pictures of one’s own chosen during a run leave its curves, and the runs that are listed stay compared', async ({ page }) => {
  await setBefore(page, { methods: ['linear_probe'], train: { steps: 1_000_000, batch: 2, train_limit: 40, test_limit: 10, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  await open(page, fileOf({}, { method: { method: 'vera', r: 16 }, parameters: 900 }));
  await page.goto('/#/train');
  await page.getByRole('button', { name: 'Fine-tune now' }).first().click();
  const loss = chart(page, 'Training loss');
  await expect(loss.locator('path[class*=_line_]').first()).toBeAttached({ timeout: ended });
  const files: Record<string, Uint8Array> = {};
  for (const [c, name] of ['cat', 'dog'].entries()) for (let i = 0; i < 4; i++) files[`${i < 3 ? 'train' : 'test'}/${name}/${i}.png`] = await sharp({ create: { width: 16 + i, height: 16, channels: 3, background: { r: 200 * c, g: 20 * i, b: 90 } } }).png().toBuffer();
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync(files)) });
  await expect(page.getByText('6 to train, 2 to test')).toBeVisible();
  await expect(loss.locator('path[class*=_line_]').first()).toBeAttached();
  await page.goto('/#/compare');
  await expect(cost(page)).toBeVisible();
  await expect(table(page).getByRole('row').filter({ hasText: 'LoRA' }).first()).toBeVisible();
  await page.keyboard.press('.');
  await expect(table(page).getByRole('cell', { name: /^stopped/ })).toBeVisible({ timeout: ended });
});

test('the cursor of a chart with a baseline stays where the axis has a place', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/#/lessons?lesson=budget&part=4');
  const figure = chart(page, 'Accuracy against adapter parameters');
  await figure.getByRole('group').first().focus();
  for (const key of ['Home', 'ArrowLeft', 'End']) {
    await page.keyboard.press(key);
    expect(await figure.innerHTML()).not.toMatch(/Infinity|NaN/);
  }
  // The probe's interval, as those of the others, is drawn and in the table.
  await expect(figure.locator('rect[class*=_band_]').first()).toBeAttached();
  await figure.getByRole('button', { name: /^Table/ }).click();
  await expect(figure.getByRole('columnheader', { name: /95 % interval, ±/ }).first()).toBeVisible();
});

test('Start leads to the recorded results where there are own ones on other data, and the choice of data leads back; the bar leads to the own ones', async ({ page }) => {
  const own = fileOf({});
  await open(page, { ...own, buffer: Buffer.from(own.buffer.toString().replaceAll('fashion-mnist', 'signs.zip')) });
  const data = page.getByRole('combobox', { name: 'Data', exact: true });
  await expect(data.getByRole('option')).toHaveText(['signs.zip (1 run)', 'Fashion-MNIST (recorded runs)']);
  await expect(recorded(page)).toHaveCount(0);
  await goTo(page, 'Start');
  await expect(page.getByText(/^Recorded runs on Fashion-MNIST with vit-nano, \d seeds$/)).toBeVisible();
  await page.getByRole('button', { name: 'See the recorded results' }).click();
  await expect(recorded(page)).toBeVisible();
  await expect(cost(page)).toBeVisible();
  await data.selectOption('signs.zip');
  await expect(recorded(page)).toHaveCount(0);
  await data.selectOption('fashion-mnist');
  await expect(recorded(page)).toBeVisible();
  await goTo(page, 'Train');
  // What is chosen there was never trained.
  await expect(startButton(page)).toHaveCSS('background-color', await page.evaluate(() => getComputedStyle(document.body).color));
  await page.locator('#run-bar').getByRole('button', { name: 'See the result' }).click();
  await expect(recorded(page)).toHaveCount(0);
});
