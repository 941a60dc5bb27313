import { expect, test } from './fixtures';
import { ended, goTo, openRun, openStudio, runRow, unfold } from './studioHelp';

test('a run that ends early says so where it is set, in its row, its details and its results; classes are weighed', async ({ page }) => {
  await openStudio(page, { methods: ['linear_probe'], train: { steps: 40, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  await unfold(page, /^Advanced/);
  const field = async (name: string, value: string) => {
    await page.getByLabel(name, { exact: true }).fill(value);
    await page.keyboard.press('Enter');
  };
  await field('Early stopping', '1');
  // No evaluation after the first lowers the loss by so much.
  await field('Least improvement', '50');
  await field('Class weights', 'balanced');
  await expect(page.getByText('No validation share is set, so it takes 20, some of each class.')).toBeVisible();
  await page.getByRole('button', { name: 'Fine-tune now' }).click();
  await goTo(page, 'Compare');
  const row = runRow(page, 'Linear probe');
  await expect(row.getByText('early, step 4')).toBeVisible({ timeout: ended });
  await expect(row.getByRole('cell', { name: 'Linear probe' })).toBeVisible();
  await row.getByRole('rowheader').getByRole('button').click();
  await expect(page.getByText('Evaluated every 2 steps, to end after 1 evaluation without a lower validation loss. 20 training pictures were held out for it, some of each class, since no validation share was set. Stopped after step 4 of 40:')).toBeVisible();
  await openRun(page);
  const scores = page.getByRole('paragraph').filter({ has: page.getByRole('button', { name: 'macro-F1' }) });
  await expect(scores).toContainText(/ \d+\.\d %, .* \d+\.\d %\./);
  // Any two quantities may be drawn against each other.
  await unfold(page, 'Memory, time and other quantities');
  await page.getByLabel('Metric of the vertical axis').selectOption('macro-F1, %');
  await page.getByLabel('Metric of the horizontal axis').selectOption('balanced accuracy, %');
  await expect(page.getByRole('heading', { name: 'Macro-F1 against balanced accuracy' })).toBeVisible();
});
