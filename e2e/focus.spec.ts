import { expect, test } from './fixtures';
import { stuck } from './layout';
import { goTo, openStudio } from './studioHelp';

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
  const lesson = page.getByRole('link', { name: 'What does rank mean?', exact: true });
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

test.describe('where runs are', () => {
  test.use({ storageState: ({ trained }, use) => use(trained) });

  test('the focus of an analysis that is cancelled stays in its panel, and what has it by a script has no ring', async ({ page }) => {
    await openStudio(page, {}, 'Inside');
    const panel = page.getByRole('region', { name: 'Inside the model', exact: true });
    const analyse = panel.getByRole('button', { name: 'Analyse updates' });
    await expect(analyse).toBeEnabled();
    await analyse.press('Enter');
    await panel.getByRole('button', { name: 'Cancel' }).press('Enter');
    await expect(panel.getByRole('progressbar')).toHaveCount(0);
    await expect(panel).toBeFocused();
    await page.keyboard.press('Shift');
    expect(await panel.evaluate((one) => getComputedStyle(one).outlineStyle)).toBe('none');
    await page.keyboard.press('Tab');
    expect(await panel.evaluate((one) => one.contains(document.activeElement) && document.activeElement !== one)).toBe(true);
  });

  test('at the foot of a telephone are the ways on of a lesson, and elsewhere those of the runs', async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await openStudio(page, {}, 'Compare');
    await goTo(page, 'Lessons');
    expect(await stuck(page)).toEqual(['top', 'controls']);
    await page.locator('[data-view=lessons]').getByRole('link').first().click();
    const next = page.getByRole('button', { name: /^Next/ });
    await expect(next).toBeInViewport({ ratio: 1 });
    await expect(page.locator('#run-bar')).toHaveCount(0);
    expect(await stuck(page)).toEqual(['top', 'deckLine']);
    await next.click();
    await expect(page.getByText(/^2 of \d/)).toBeInViewport();
  });
});
