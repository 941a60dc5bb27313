import { readFileSync } from 'node:fs';
import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import type { MethodConfig } from '../src/train/protocol';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, openRun, openStudio, runRow, startButton } from './studioHelp';
import type { Page } from '@playwright/test';
import { nothingSticksOut } from './layout';

const chart = (page: Page, name: string | RegExp) => page.getByRole('figure', { name });
const ticks = (page: Page, name: string) => chart(page, name).locator('[class*=tx]').allInnerTexts();

/** Finished runs of three methods, three seeds each. */
function finished(): Buffer {
  let k = 0;
  const runs = ([{ method: 'lora', r: 8 }, { method: 'vera', r: 16 }, { method: 'linear_probe' }] as MethodConfig[]).flatMap((method) =>
    [0, 1, 2].map((seed) => {
      const record = runRecord({ state: 'done', created: 1000 + k, classes: ['boot', 'shirt'], memory: [{ phase: 'compile', step: 0, seconds: 1, bytes: { frozen: 4096 } }, { phase: 'train', step: 1, seconds: 3, bytes: { frozen: 4096, temp: 8192 } }], times: { step: 2, kernels: [{ kernel: 'matmul', count: 9, ns: 3e6 }, { kernel: 'add', count: 4, ns: 1e6 }] } }, { seed }, method);
      record.summary!.plan.trainable_parameters = 1000 * ++k;
      return record;
    }),
  );
  return Buffer.from(writeRuns(runs, 1));
}

test('a zoom by keys and by brush is kept while numbers come in; a step is timed by kernel when it is asked for', async ({ page }) => {
  await openStudio(page, { methods: ['linear_probe'], train: { steps: 1_000_000, batch: 2, train_limit: 40, test_limit: 10, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText('train', { timeout: ended });
  const loss = chart(page, 'Training loss');
  await expect(loss.getByRole('button', { name: 'Table' })).toBeVisible();
  await loss.getByRole('group').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await expect(loss.getByRole('status')).toHaveText(/^Shown from step 0 to step 250,000\.$/);
  const before = await ticks(page, 'Training loss');
  const step = page.getByText(/^step$/).locator('xpath=../dd');
  const at = async (): Promise<number> => parseInt((await step.innerText()).replaceAll(',', ''));
  const now = await at();
  await expect.poll(at).toBeGreaterThan(now + 3);
  expect(await ticks(page, 'Training loss')).toEqual(before);
  await page.keyboard.press('0');
  await expect(loss.getByRole('button', { name: 'Show everything' })).toHaveCount(0);
  const box = (await loss.locator('[class*=area]').first().boundingBox())!;
  await page.mouse.move(box.x + 0.1 * box.width, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 30, { steps: 4 });
  await page.mouse.up();
  await expect(loss.getByRole('button', { name: 'Show everything' })).toBeVisible();
  await loss.getByRole('button', { name: 'Show everything' }).click();
  await goTo(page, 'Compare');
  await openRun(page);
  await page.locator('summary', { hasText: /^Memory over time/ }).click();
  // It is offered only where the device can.
  const [time, none] = [page.getByRole('button', { name: 'Time the next step' }), page.getByText('This device gives no timestamps')];
  await expect(time.or(none)).toBeVisible();
  if (await time.isVisible()) {
    await time.click();
    await expect(page.getByText(/^matmul/).or(none).first()).toBeVisible();
  }
  await page.keyboard.press('.');
  await expect(runRow(page, 'Linear probe').getByText('stopped')).toBeVisible({ timeout: ended });
});

test('finished runs: figure 1 with its table and files, any two metrics, classes, memory, kernels; nothing for axe', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openStudio(page, {}, 'Compare');
  await page.getByLabel('Add runs from a file').setInputFiles({ name: 'all.json', mimeType: 'application/json', buffer: finished() });
  await expect(page.getByText('Added 9 runs from all.json.')).toBeVisible();
  const cost = chart(page, 'Accuracy against trainable parameters');
  await cost.getByRole('group').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(cost.getByRole('status')).toHaveText(/^LoRA r 8: trainable parameters 2,000, test accuracy, % 80\.0 ± 12\.4$/);
  await page.keyboard.press('t');
  await expect(cost.getByRole('row')).toHaveCount(4);
  await cost.getByRole('button', { name: /^Table/ }).click();
  for (const [kind, start] of [['SVG', '<svg'], ['PNG', '\u0089PNG'], ['CSV', 'runs,']] as const) {
    await cost.getByRole('button', { name: /^Export/ }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), cost.getByRole('button', { name: new RegExp(`^${kind}`) }).click()]);
    expect(download.suggestedFilename()).toBe(`accuracy-against-trainable-parameters.${kind.toLowerCase()}`);
    const bytes = readFileSync(await download.path());
    expect(bytes.toString('latin1')).toMatch(new RegExp(`^${start}`));
    if (kind === 'CSV') expect(bytes.toString()).toMatch(/^runs,trainable parameters,"test accuracy, %",ci95_low,ci95_high\n(.*\n)*.*,2000,80,6\d\.\d+,9\d\.\d+\n/);
    if (kind === 'SVG') for (const word of ['LoRA', 'VeRA', 'trainable parameters', 'fill="#fff"', ' steps']) expect(bytes.toString()).toContain(word);
  }
  for (const section of ['Memory, time and other quantities', 'By class', /^One run: /]) await page.getByRole('heading', { name: section }).click();
  await page.locator('summary', { hasText: /^Memory over time/ }).click();
  // Means of seeds are no quantity.
  await expect(page.getByLabel('Metric of the horizontal axis').getByRole('option', { name: 'seed' })).toHaveCount(0);
  await page.getByLabel('Metric of the horizontal axis').selectOption('batch');
  await expect(chart(page, 'Test accuracy against batch')).toBeVisible();
  await expect(chart(page, 'Accuracy of each class').getByRole('columnheader', { name: 'boot' })).toBeVisible();
  // Each class with how many pictures it speaks for, and its interval: in the table, and at the bars of one run.
  const classes = chart(page, 'Accuracy of each class');
  const rowOf = (name: string) => classes.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) }).getByRole('cell');
  await classes.getByRole('button', { name: /^Table/ }).click();
  await expect(classes.getByRole('columnheader')).toHaveText(['run', 'boot', 'shirt']);
  await expect(rowOf('LoRA r 8')).toHaveText(['80.0', '80.0']);
  await expect(rowOf('LoRA r 8, pictures of the class')).toHaveText(['10', '10']);
  await expect(rowOf('LoRA r 8, 95 % interval, %')).toHaveText([/^49\.0 to 94\.3$/, /^49\.0 to 94\.3$/]);
  await classes.getByRole('button', { name: /^Table/ }).click();
  await expect(page.getByTitle(/^boot: [789] of 10 right, 95\s% interval [\d.]+ to [\d.]+\s%$/).first()).toBeVisible();
  await classes.getByRole('button', { name: 'Change against the probe' }).click();
  await expect(chart(page, 'Accuracy of each class').getByRole('rowheader')).toHaveCount(2);
  await expect(chart(page, /^Memory of .* over time$/)).toBeVisible();
  await expect(chart(page, /^Time of step 2 of .* by kernel$/).getByText('3.00 ms, 75.0 %')).toBeVisible();
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    expect(await broken(page, 'main'), theme).toEqual([]);
  }
  for (const width of [360, 768, 1440, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await nothingSticksOut(page, String(width));
  }
});
