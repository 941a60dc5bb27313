import { devices } from '@playwright/test';
import { expect, test } from '../fixtures';
import { goTo } from '../studioHelp';
import { everyView, looksRight, telephone } from '../layout';
import { finished, trained, trainOnAdapter } from '../journeys/visit';

test.use({ ...devices['Pixel 7'], viewport: telephone, defaultBrowserType: undefined });
test.setTimeout(6 * trained);

test('on a telephone: watch, go through the views by the menu, train anyway, and read what came of it', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Play the recorded runs' })).toBeVisible();
  for (const view of everyView) {
    await goTo(page, view);
    await looksRight(page, `${view}, on a telephone`, [telephone]);
  }
  await goTo(page, 'Start');
  await page.getByRole('button', { name: 'Train anyway' }).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: trained });
  await looksRight(page, 'Train, on a telephone, while it trains', [telephone]);
  await finished(page, ['RandLoRA', 'LoRA', 'VeRA', 'Full']);
  await looksRight(page, 'Compare, on a telephone, after the default methods', [telephone]);
  await trainOnAdapter(page, 'LoRA', 5);
});
