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

test('a link to the lesson on more rank opens the part that it is now', async ({ page }) => {
  await page.goto('/#/lessons?lesson=more-rank&part=2');
  await expect(page.getByRole('list', { name: 'Part 5 of 7' })).toBeVisible();
  await expect(page).toHaveURL(/lesson=rank&part=5/);
});
