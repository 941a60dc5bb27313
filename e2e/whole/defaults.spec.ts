import { expect, test } from '../fixtures';
import { goTo, startButton } from '../studioHelp';
import { allInThemes, looksRight } from '../layout';
import { finished, trained, trainOnAdapter, visit } from '../journeys/visit';

test.setTimeout(6 * trained);

test('the first hour: one click, all default methods to their end, and every view after it', async ({ page }) => {
  await visit(page);
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: trained });
  await looksRight(page, 'Train, while it trains');
  await finished(page, ['RandLoRA', 'LoRA', 'VeRA', 'Full']);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await allInThemes(page, 'after the default methods');
  // All of it is kept over a reload.
  await goTo(page, 'Compare');
  await page.reload();
  await finished(page, ['RandLoRA', 'LoRA', 'VeRA', 'Full']);
  await trainOnAdapter(page, 'RandLoRA', 5);
});
