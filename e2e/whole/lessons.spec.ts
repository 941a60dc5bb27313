import { expect, test } from '../fixtures';
import { goTo } from '../studioHelp';
import { looksRight } from '../layout';

test('every part of every lesson, and its page for teachers, is full on a first visit, at a desk and on a telephone', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  await goTo(page, 'Lessons');
  await looksRight(page, 'Lessons');
  const parts = page.getByRole('list', { name: 'Parts' }).getByRole('link');
  await expect(parts.first()).toBeVisible();
  const count = await parts.count();
  expect(count).toBeGreaterThan(10);
  for (let i = 0; i < count; i++) {
    const title = await parts.nth(i).innerText();
    await parts.nth(i).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole('figure').first()).toBeVisible();
    await looksRight(page, `Lessons, ${title}`);
    await page.keyboard.press('Escape');
    await expect(parts.nth(i)).toBeVisible();
  }
  for (const teacher of await page.getByRole('link', { name: /teachers/ }).all()) {
    await teacher.click();
    await expect(page.getByRole('heading', { level: 2, name: 'Goal', exact: true })).toBeVisible();
    await looksRight(page, `Teachers, ${await page.getByRole('heading', { level: 1 }).innerText()}`);
    await page.goBack();
  }
});
