import { expect, test } from '../fixtures';
import { goTo } from '../studioHelp';
import { looksRight } from './look';

test('every part of every lesson is full on a first visit, at a desk, on a telephone and on a projector', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  await goTo(page, 'Lessons');
  const open = page.getByRole('button', { name: /^Open / });
  const count = await open.count();
  expect(count).toBeGreaterThan(3);
  for (let i = 0; i < count; i++) {
    await open.nth(i).click();
    const next = page.getByRole('button', { name: /^Next/ });
    await expect(next).toBeVisible();
    for (;;) {
      await expect(page.getByRole('figure').first()).toBeVisible();
      await looksRight(page, `Lessons, ${await page.getByRole('heading', { level: 1 }).last().innerText()}`);
      if (await next.isDisabled()) break;
      await next.click();
    }
    await page.keyboard.press('Escape');
    await expect(open.nth(i)).toBeVisible();
  }
});
