import type { Page } from '@playwright/test';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { nothingSticksOut } from './layout';

const pictures = (page: Page) => page.getByRole('list', { name: 'The target, and how near each method comes' });
/** Error and rank of a method's picture. */
async function readOf(page: Page, method: string): Promise<{ error: number; rank: number }> {
  const label = await pictures(page).getByRole('img', { name: new RegExp(`^${method}\\b`) }).getAttribute('aria-label');
  const [, error, rank] = /error ([\d.]+), rank (\d+)$/.exec(label!)!;
  return { error: Number(error), rank: Number(rank) };
}

test('lesson 1: a guess is kept over a reload and stands beside what came out; sliders move pictures, errors and singular values', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/#/lessons?lesson=rank');
  const question = page.getByRole('group', { name: /\?$/ });
  const answers = question.getByRole('radio');
  await expect(answers).toHaveCount(3);
  await expect(question.getByRole('radio', { checked: true })).toHaveCount(0);
  // By keys: arrows choose an answer, and turn no page.
  await answers.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(answers.nth(1)).toBeChecked();
  await expect(page.getByRole('list', { name: /^Part 1 of/ })).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await page.reload();
  await expect(answers.nth(1)).toBeChecked();
  const guess = await question.locator('label').nth(1).innerText();

  await page.getByRole('button', { name: /^Next/ }).click();
  await expect(page.getByRole('term').filter({ hasText: 'Your guess' })).toBeVisible();
  await expect(page.getByRole('definition').first()).toHaveText(guess);
  const [rank, r] = [page.getByRole('slider', { name: 'Rank of the target' }), page.getByRole('slider', { name: 'r of LoRA' })];
  await expect(pictures(page).getByRole('listitem')).toHaveCount(5);
  expect(await readOf(page, 'LoRA')).toEqual({ error: 0.87, rank: 32 });
  expect((await readOf(page, 'RandLoRA')).error).toBeLessThan(0.75);
  // One stop less is r 22, and full rank stays RandLoRA's.
  await r.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(r).toHaveAttribute('aria-valuetext', /^22: 5,632 numbers$/);
  await expect.poll(() => readOf(page, 'LoRA')).toEqual({ error: 0.91, rank: 22 });
  // A narrow target: LoRA hits it, RandLoRA does not.
  await rank.fill('12');
  await expect.poll(() => readOf(page, 'LoRA')).toEqual({ error: 0, rank: 12 });
  expect((await readOf(page, 'RandLoRA')).error).toBeGreaterThan(0.5);
  await expect(page.getByRole('figure', { name: 'Singular values' }).getByText('rank 12', { exact: true }).first()).toBeVisible();
  await page.getByRole('group', { name: 'Singular values of the target' }).getByRole('button', { name: 'Falling' }).click();
  expect(await serious(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await nothingSticksOut(page);
});

test('lesson 3: the rate under the hand is the line in front and the run that is spoken of; another rate for all gives another order', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/#/lessons?lesson=rates&part=2');
  const found = page.getByRole('complementary', { name: 'Lesson text' });
  const rate = page.getByRole('slider', { name: 'Learning rate' });
  await expect(rate).toHaveAttribute('aria-valuetext', '0.003');
  await rate.focus();
  await page.keyboard.press('End');
  await expect(rate).toHaveAttribute('aria-valuetext', '0.014');
  await expect(found.getByText(/at 0\.014 learned nothing/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Part 2 of 5' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Method' }).selectOption({ label: 'VeRA' });
  await expect(rate).toHaveAttribute('aria-valuetext', '0.065');
  expect(await serious(page)).toEqual([]);
  await page.getByRole('button', { name: /^Next/ }).click();
  await expect(page.getByRole('term').filter({ hasText: 'What came out' })).toBeVisible();
  await page.getByRole('button', { name: /^Next/ }).click();
  const common = page.getByRole('slider', { name: 'One rate for all' });
  await expect(found.getByText(/all at 0\.014: VeRA/)).toBeVisible();
  await common.fill('0');
  await expect(found.getByText(/all at 0\.00022: /)).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await nothingSticksOut(page);
});

test('lesson 4: seeds are drawn one by one and all, stopping early finds more, and a pair has both intervals', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/#/lessons?lesson=seeds&part=2');
  const text = page.getByRole('complementary', { name: 'Lesson text' });
  const draw = page.getByRole('button', { name: 'Draw a seed' });
  await draw.press('Enter');
  await expect(text.getByText(/^Seeds 0 and 1: .*first interval/)).toBeVisible();
  await draw.press('Enter');
  await expect(text.getByText(/± .*intervals (overlap|have no value in common)/)).toBeVisible();
  await page.getByRole('button', { name: 'All seeds' }).click();
  await expect(draw).toBeDisabled();
  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(text.getByText(/^Seed \d: /)).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await page.getByRole('button', { name: /^Next/ }).click();
  const alarms = async () => Number(/^\d+/.exec(await page.getByRole('status').filter({ hasText: /leave out 0/ }).innerText())![0]);
  await page.getByRole('slider', { name: 'Seeds of each' }).fill('20');
  const few = await alarms();
  await page.getByRole('button', { name: 'Once 0 is left out' }).click();
  await expect.poll(alarms).toBeGreaterThan(2 * few);
  expect(await serious(page)).toEqual([]);
  await page.getByRole('button', { name: /^Next/ }).click();
  await page.getByRole('button', { name: 'All seeds' }).click();
  await expect(text.getByText(/In pairs the interval, .* leaves out 0; not in pairs, .* holds 0/)).toBeVisible();
  await page.getByRole('figure').getByRole('button', { name: /^Table/ }).click();
  await expect(page.getByRole('rowheader', { name: 'not in pairs' })).toBeVisible();
  await page.setViewportSize({ width: 360, height: 740 });
  await nothingSticksOut(page);
});

test('a link to the lesson on more rank opens the part that it is now', async ({ page }) => {
  await page.goto('/#/lessons?lesson=more-rank&part=2');
  await expect(page.getByRole('list', { name: 'Part 3 of 4' })).toBeVisible();
  await expect(page).toHaveURL(/lesson=budget&part=3/);
});
