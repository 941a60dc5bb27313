import { expect, test } from '../fixtures';
import { goTo } from '../studioHelp';
import { allLookRight, looksRight } from '../layout';
import { choose, trained, trainOnAdapter, visit } from '../journeys/visit';

test.setTimeout(6 * trained);

test('a sweep over seeds and rates, counted before it is added, to means with intervals', async ({ page }) => {
  await visit(page);
  await choose(page, ['LoRA', 'Linear probe']);
  const queue = page.getByRole('region', { name: 'Queue' });
  await queue.getByRole('button', { name: 'Add a sweep' }).click();
  const form = page.getByRole('form', { name: 'Add a sweep' });
  await form.getByLabel('Seeds').fill('0-1');
  await looksRight(page, 'Train, a sweep');
  await form.getByRole('button', { name: 'Add 4 runs' }).click();
  await looksRight(page, 'Train, a queue');
  await goTo(page, 'Compare');
  await expect(page.getByText(/^4 runs finished$/)).toBeVisible({ timeout: 4 * trained });
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await expect(runs.getByRole('row').filter({ has: page.getByRole('cell', { name: 'LoRA', exact: true }) }).getByText('0, 1')).toBeVisible();
  await allLookRight(page, 'after a sweep');
  await trainOnAdapter(page, 'Linear probe', 5);
});
