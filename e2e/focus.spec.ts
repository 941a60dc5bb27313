import { expect, test } from './fixtures';

test('the focus stays where one works: a chart and its table by T, a lesson and its button', async ({ page }) => {
  await page.goto('/#/train');
  const chart = page.getByRole('figure', { name: 'Training loss' });
  await chart.getByRole('group').focus();
  await page.keyboard.press('t');
  await expect(chart.getByRole('region')).toBeFocused();
  await page.keyboard.press('t');
  await expect(chart.getByRole('group')).toBeFocused();

  const lessons = page.getByRole('navigation', { name: 'Views', exact: true }).getByRole('link', { name: 'Lessons' });
  await lessons.press('Enter');
  const lesson = page.getByRole('link', { name: 'What rank means', exact: true });
  await lesson.press('Enter');
  await expect(page.getByRole('list', { name: /^Part 1 of/ })).toBeVisible();
  await expect(page.locator('#main')).toBeFocused();
  // Space turns the page, and trains nothing.
  await page.keyboard.press(' ');
  await expect(page.getByRole('list', { name: /^Part 2 of/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(lesson).toBeFocused();
});

test('Enter on "Fine-tune now" puts the focus on the run, and its end is read aloud', async ({ page }) => {
  await page.goto('/');
  const start = page.getByRole('button', { name: 'Fine-tune now' });
  await expect(start).toBeEnabled({ timeout: 60_000 });
  await start.press('Enter');
  await expect(page.locator('#run-bar')).toBeFocused();
  await page.getByRole('button', { name: /^Stop/ }).first().press('Enter');
  await expect(page.locator('#run-bar').getByRole('status')).toContainText(/stopped at step|not evaluated/, { timeout: 60_000 });
  expect(await page.evaluate(() => document.getElementById('run-bar')!.contains(document.activeElement))).toBe(true);
});
