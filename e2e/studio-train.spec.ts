import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { hold, letGo, withHolding } from './hold';
import { ended, goTo, lossSteps, openRun, openStudio, runRow, startButton } from './studioHelp';
import { longestTask } from './tasks';

test('one click trains two methods in turn; curves, bytes, accuracy, adapter; all of it survives a reload', async ({ page, browser }) => {
  // Five live plots.
  await openStudio(page, { methods: ['lora', 'linear_probe'], curves: 'loss,accuracy,batch,grad_norm,lr' });
  // From the first run's end to the second one's first results nothing gives way to come back: neither the run bar nor
  // anything that makes the page shorter.
  await page.evaluate(() => {
    const seen: { idle: boolean; shrunk: number } = { idle: false, shrunk: 0 };
    Object.assign(window, { seen });
    let tallest = 0;
    const watch = new MutationObserver(() => {
      const rows = [...document.querySelectorAll('tr')].filter((row) => row.textContent.includes('done')).length;
      if (rows !== 1) return;
      // It is evaluated after its second step.
      if (/^(?:evaluate|train [2-9])/.test(document.querySelector('[aria-current=step]')?.textContent ?? '')) return watch.disconnect();
      seen.idle ||= [...document.querySelectorAll('button')].some((button) => /^Start the next run|^Clear the queue/.test(button.textContent));
      tallest = Math.max(tallest, document.documentElement.scrollHeight);
      seen.shrunk = Math.max(seen.shrunk, tallest - document.documentElement.scrollHeight);
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const longest = await longestTask(browser, page, async () => {
    await startButton(page).click();
    await expect(page.getByText(/^Memory of the run: [\d.]+\sMiB, as predicted$/)).toBeVisible({ timeout: ended });
    await goTo(page, 'Compare');
    await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
    await expect(runRow(page, 'Linear probe').getByText('done')).toBeVisible({ timeout: ended });
  });
  expect(longest).toBeLessThan(1);
  const seen = await page.evaluate(() => (window as { seen?: { idle: boolean; shrunk: number } }).seen!);
  expect(seen.idle).toBe(false);
  expect(seen.shrunk).toBeLessThan(100);

  await openRun(page);
  await expect(page.getByText(/of 40 test pictures right \([\d.]+ %\) with/)).toBeVisible();
  const matrix = page.getByRole('region', { name: 'Confusion' }).getByRole('cell');
  await expect(matrix.first()).toBeVisible();
  const cells = await matrix.allInnerTexts();
  // The last of each row is its sum.
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(2 * 40);
  expect(await serious(page)).toEqual([]);
  await goTo(page, 'Train');
  expect(await lossSteps(page)).toEqual([1, 2, 3, 4]);
  expect(await serious(page)).toEqual([]);

  // The view is there again as well.
  await page.reload();
  expect(await lossSteps(page)).toEqual([1, 2, 3, 4]);
  // What one does next is a press away: compare, try, share.
  await page.locator('#run-bar').getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page).toHaveURL(/#\/compare/);
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await expect(page).toHaveURL(/#\/try/);
  // Both runs; the base model has not learned these classes.
  await expect(page.getByRole('region', { name: 'Try your models' }).getByRole('checkbox', { name: /^Use /, checked: true })).toHaveCount(2);
  await page.getByRole('banner').getByRole('button', { name: 'Share' }).click();
  await page.getByRole('dialog', { name: 'Share this page' }).getByRole('button', { name: 'Export a report' }).click();
  const sheet = page.getByRole('dialog', { name: 'Export runs' });
  await expect(sheet.getByRole('radio', { name: 'Report', exact: true })).toBeChecked();
  const [report] = await Promise.all([page.waitForEvent('download'), sheet.getByRole('button', { name: 'Export 2 runs' }).click()]);
  expect(readFileSync(await report.path(), 'utf8')).toContain('Linear probe');

  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible();
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Export' }).click()]);
  const files = unzipSync(readFileSync(await download.path()));
  const names = Object.keys(files).map((path) => path.split('/')[1]);
  expect(names).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));

  // The chart is read by keys.
  await goTo(page, 'Train');
  const chart = page.getByRole('figure', { name: 'Training loss' });
  await chart.getByRole('group').focus();
  await page.keyboard.press('Home');
  await expect(chart.getByRole('status')).toHaveText(/^step 1, LoRA r \d+ [\d.]+, Linear probe [\d.]+$/);
  await page.keyboard.press('ArrowRight');
  await expect(chart.getByRole('status')).toHaveText(/^step 2, LoRA/);
  await page.keyboard.press('End');
  await expect(chart.getByRole('status')).toHaveText(/^step 4, LoRA/);

  // Deleting is at once, and comes back by Ctrl-Z.
  await goTo(page, 'Compare');
  await runRow(page, 'LoRA').getByRole('button', { name: /^Delete/ }).click();
  await expect(runRow(page, 'LoRA')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(runRow(page, 'LoRA')).toHaveCount(1);
});

/** More steps than any machine takes while a test looks. */
const endless = 1_000_000;
const stepOf = (page: Page) => async () => parseInt((await page.getByText(/^step$/).locator('xpath=../dd').innerText()).replaceAll(',', ''));

test('pause, one step at a time, stop; the queue waits', async ({ page }) => {
  await withHolding(page);
  await openStudio(page, { methods: ['lora', 'vera'], train: { steps: endless, eval_every: 0, checkpoint_every: 0 } });
  // A double click starts; its second half does not press "Stop", which then stands there.
  await startButton(page).dblclick();
  const read = stepOf(page);
  await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: ended });
  // What two steps take is the measure of how long nothing has to happen.
  const start = { at: Date.now(), step: await read() };
  await expect.poll(read, { timeout: ended }).toBeGreaterThan(start.step + 1);
  const still = 1000 + 2 * (Date.now() - start.at);
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: /^Resume/ })).toBeVisible();
  // The step that was going on when Pause was pressed still ends.
  let before = -1;
  await expect(async () => {
    const last = before;
    before = await read();
    expect(before).toBe(last);
  }).toPass({ intervals: [still], timeout: ended });
  await page.keyboard.press('s');
  await expect.poll(read, { timeout: ended }).toBe(before + 1);
  await page.waitForTimeout(still);
  expect(await read()).toBe(before + 1);

  // The page says so before the worker has heard of it.
  await hold(page, 'stop');
  await page.keyboard.press('.');
  await expect(runRow(page, 'LoRA').getByText('stopping', { exact: true })).toBeVisible();
  await letGo(page);
  await expect(page.getByRole('button', { name: /^Start the next run: VeRA/ })).toBeVisible({ timeout: ended });
  await expect(page.getByRole('button', { name: /^Continue \w+-\w+$/ })).toBeVisible();
  await expect(runRow(page, 'VeRA').getByText('waiting')).toBeVisible();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('stopped')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the queue' }).click();
  // It has learned something, and leads to where that is tried.
  await page.locator('#run-bar').getByRole('button', { name: 'Try it', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Try your models' }).getByRole('listitem').filter({ hasText: /^LoRA/ }).getByRole('checkbox', { checked: true })).toHaveCount(1);
  await goTo(page, 'Compare');
  // What was stopped is tested when one asks for it.
  await openRun(page);
  await page.getByRole('button', { name: 'Evaluate it now' }).click();
  await expect(page.getByText(/of 40 test pictures right \([\d.]+ %\) with/)).toBeVisible({ timeout: ended });
  await goTo(page, 'Train');
  await expect(runRow(page, 'VeRA')).toHaveCount(0);
});

test('one run at a time on a device: the queue of a second tab waits for the first, and says so', async ({ page, context }) => {
  await openStudio(page, { train: { steps: endless, eval_every: 0, checkpoint_every: 0 } });
  // Whoever scrolls by Space trains nothing.
  await page.locator('body').press('Space');
  await expect(startButton(page)).toBeEnabled();
  // The focus stays on the link that was followed, which Ctrl Enter would open beside.
  const link = page.getByRole('navigation', { name: 'Views', exact: true }).getByRole('link', { name: 'Train', exact: true });
  await link.click();
  await link.press('Control+Enter');
  await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: ended });
  expect(context.pages()).toHaveLength(1);
  for (const words of [/^Hidden: .*LoRA/, /^Shown: .*LoRA/]) {
    await page.keyboard.press('1');
    await expect(page.getByText(words)).toBeVisible();
  }
  // Where training would be started it goes on, and is shown.
  await goTo(page, 'Inside');
  const inside = page.locator('[data-view=inside]');
  const example = inside.getByRole('button', { name: /^Open the example/ });
  await expect(example).toBeDisabled();
  await expect(example).toHaveCSS('cursor', 'not-allowed');
  await inside.getByRole('button', { name: 'Show the training' }).click();
  await expect(page.locator('[data-view=train]')).toBeVisible();
  const other = await context.newPage();
  await other.goto('/#/train?v=1&seed=0&methods=linear_probe&steps=2&batch=4&train_limit=200&test_limit=40');
  await startButton(other).click();
  await expect(other.getByText('Another tab is training. 1 run starts here when it has finished.')).toBeVisible();
  await page.bringToFront();
  await page.keyboard.press('.');
  await goTo(other, 'Compare');
  await expect(runRow(other, 'Linear probe').getByText('done')).toBeVisible({ timeout: ended });
});

test('a run that was cut off by a reload resumes from its checkpoint', async ({ page }) => {
  await openStudio(page, { train: { steps: endless, eval_every: 0 } });
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train ([3-9]|\d[\d,]+) \//, { timeout: ended });
  await page.reload();
  const notice = page.getByRole('region', { name: /was interrupted/ });
  await expect(notice).toBeVisible();
  const resume = notice.getByRole('button', { name: /^Resume at step/ });
  const from = parseInt((await resume.innerText()).replaceAll(/\D/g, ''));
  expect(from).toBeGreaterThan(1);
  await expect(resume).toBeEnabled();
  await resume.press('Enter');
  await expect(notice).toHaveCount(0);
  // What was pressed is gone; the run that goes on is in the bar.
  await expect(page.locator('#run-bar')).toBeFocused();
  expect(await page.locator('#run-bar').evaluate((bar) => getComputedStyle(bar).outlineStyle), 'a ring around the whole bar says nothing').toBe('none');
  await expect(page.locator('[aria-current=step]')).toContainText('train', { timeout: ended });
  await expect.poll(stepOf(page), { timeout: ended }).toBeGreaterThan(from);
  await page.keyboard.press('.');
  await expect(page.getByRole('heading', { name: /^\S+ stopped at step \d+/ })).toBeVisible({ timeout: ended });
  // The curve has each step once, from before and after.
  const steps = await lossSteps(page);
  expect(steps).toEqual(steps.map((_, i) => i + 1));
  expect(steps.length).toBeGreaterThan(Math.min(from, 19));
});
