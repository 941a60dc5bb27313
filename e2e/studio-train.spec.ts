import AxeBuilder from '@axe-core/playwright';
import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import { lossSteps, openStudio, runRow, startButton } from './studioHelp';

test.setTimeout(300_000);
const ended = 200_000;

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  tdur?: number;
  args?: { name?: string };
}

/** Processor time of the longest task on a page's main thread, in milliseconds: a busy machine does not make it longer. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(traceEvents.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = traceEvents.filter((event) => event.ph === 'X' && /RunTask$/.test(event.name) && mains.has(`${event.pid}/${event.tid}`));
  expect(tasks.length).toBeGreaterThan(100);
  return Math.max(...tasks.map((task) => (task.tdur ?? 0) / 1000));
}

test('one click trains two methods in turn; curves, bytes, accuracy, adapter; all of it survives a reload', async ({ page, browser }) => {
  // Five live plots.
  await openStudio(page, { methods: ['lora', 'linear_probe'], curves: 'loss,accuracy,batch,grad_norm,lr' });
  await browser.startTracing(page, { categories: ['toplevel', '__metadata', 'disabled-by-default-devtools.timeline'] });
  await startButton(page).click();
  await expect(page.getByRole('button', { name: /^Pause/ })).toBeVisible({ timeout: 1000 });
  await expect(page.getByText('Equal to the byte:')).toBeVisible({ timeout: ended });
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  await expect(runRow(page, 'Linear probe').getByText('done')).toBeVisible({ timeout: ended });
  expect(longestTask(await browser.stopTracing())).toBeLessThan(50);

  expect(await lossSteps(page)).toEqual([1, 2, 3, 4]);
  await expect(page.getByText(/% of 40 test pictures right/)).toBeVisible();
  const cells = await page.getByRole('region', { name: 'Confusion' }).getByRole('cell').allInnerTexts();
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(40);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id} ${nodes[0].html}`)).toEqual([]);

  await page.reload();
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible();
  expect(await lossSteps(page)).toEqual([1, 2, 3, 4]);
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Export' }).click()]);
  const files = unzipSync(readFileSync(await download.path()));
  const names = Object.keys(files).map((path) => path.split('/')[1]);
  expect(names).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));

  // Deleting is at once, and comes back by Ctrl-Z.
  await runRow(page, 'LoRA').getByRole('button', { name: /^Delete/ }).click();
  await expect(runRow(page, 'LoRA')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(runRow(page, 'LoRA')).toHaveCount(1);
});

test('the chart is read by keys', async ({ page }) => {
  await openStudio(page);
  await startButton(page).click();
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  const chart = page.getByRole('figure', { name: 'Training loss' });
  await chart.getByRole('group').focus();
  await page.keyboard.press('Home');
  await expect(chart.getByRole('status')).toHaveText(/^step 1, LoRA [\d.]+$/);
  await page.keyboard.press('ArrowRight');
  await expect(chart.getByRole('status')).toHaveText(/^step 2, LoRA/);
  await page.keyboard.press('End');
  await expect(chart.getByRole('status')).toHaveText(/^step 4, LoRA/);
});

test('pause, one step at a time, stop; the queue waits', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'vera'], train: { steps: 200, eval_every: 0, checkpoint_every: 0 } });
  await startButton(page).click();
  const step = page.getByText(/^step$/).locator('xpath=../dd');
  await expect(page.locator('[aria-current=step]')).toContainText('train', { timeout: ended });
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: /^Resume/ })).toBeVisible();
  const read = async () => parseInt(await step.innerText());
  // The step that was going on when Pause was pressed still ends.
  let before = -1;
  await expect(async () => {
    const now = await read();
    const last = before;
    before = now;
    expect(now).toBe(last);
  }).toPass({ intervals: [4000] });
  await page.keyboard.press('s');
  await expect.poll(read).toBe(before + 1);
  await page.waitForTimeout(3000);
  expect(await read()).toBe(before + 1);

  const pressed = Date.now();
  await page.keyboard.press('.');
  await expect(runRow(page, 'LoRA').getByText(/stopping|stopped/)).toBeVisible();
  expect(Date.now() - pressed).toBeLessThan(500);
  await expect(page.getByRole('button', { name: 'Continue with 1 run' })).toBeVisible();
  await expect(runRow(page, 'VeRA').getByText('waiting')).toBeVisible();
  await expect(runRow(page, 'LoRA').getByText('stopped')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the queue' }).click();
  await expect(runRow(page, 'VeRA')).toHaveCount(0);
});

test('a run that was cut off by a reload resumes from its checkpoint', async ({ page }) => {
  await openStudio(page, { train: { steps: 8, eval_every: 0 } });
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train [3-7] \/ 8/, { timeout: ended });
  await page.reload();
  const notice = page.getByRole('region', { name: /was interrupted/ });
  await expect(notice).toBeVisible();
  await notice.getByRole('button', { name: /^Resume at step [2-7]/ }).click();
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  await expect(notice).toHaveCount(0);
  expect(await lossSteps(page)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
