import { expect, test } from '../fixtures';
import { goTo } from '../studioHelp';
import { allLookRight } from './look';

test('nothing is touched: every view is whole, from what comes with the page', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Fine-tune now' })).toBeEnabled();
  await allLookRight(page, 'untouched');
  await goTo(page, 'Start');
});
