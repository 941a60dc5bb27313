import { broken } from './axe';
import { expect, test } from './fixtures';
import { nothingSticksOut } from './layout';

test('the documentation is one link from the page, its pages from one another, on a desk and on a phone, in light and dark', async ({ page, context }) => {
  await page.goto('/');
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Documentation' }).click();
  const docs = await opened;
  await expect(docs.getByRole('heading', { level: 1 })).toHaveText('Fullrank');

  const bar = docs.getByRole('navigation');
  const names = await docs.locator('main li > a:first-child').allTextContents();
  expect(names.length).toBeGreaterThan(10);
  await expect(bar.getByRole('link')).toHaveCount(5);
  for (const [i, name] of names.entries()) {
    await docs.setViewportSize(i % 2 ? { width: 360, height: 740 } : { width: 1440, height: 900 });
    await docs.emulateMedia({ colorScheme: i % 3 ? 'light' : 'dark' });
    await bar.getByRole('link', { name: 'Documentation' }).click();
    await docs.getByRole('main').getByRole('link', { name, exact: true }).first().click();
    await expect(bar.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
    await nothingSticksOut(docs, name);
    expect(await broken(docs), name).toEqual([]);
    expect(await docs.evaluate(() => [...document.images].filter((image) => image.complete && image.naturalWidth === 0).length), name).toBe(0);
  }
});
