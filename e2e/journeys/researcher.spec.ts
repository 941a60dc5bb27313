import { expect, test } from '../fixtures';
import { looksRight } from '../layout';
import { goTo } from '../studioHelp';
import { choose, trained, trainOnAdapter, visit } from './visit';

test.setTimeout(6 * trained);

test('a researcher: a sweep over seeds, counted before it is added, to means with intervals; then one run on WebGPU beside them', async ({ page }) => {
  await visit(page, 2);
  await choose(page, ['LoRA', 'Linear probe']);
  await page.getByRole('region', { name: 'Queue' }).getByRole('button', { name: 'Add a sweep' }).click();
  const form = page.getByRole('form', { name: 'Add a sweep' });
  await form.getByLabel('Seeds').fill('0-1');
  await looksRight(page, 'Train, a sweep');
  await form.getByRole('button', { name: 'Add 4 runs' }).click();
  await looksRight(page, 'Train, a queue');
  await goTo(page, 'Compare');
  await expect(page.getByText('4 runs finished', { exact: true })).toBeVisible({ timeout: trained });
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await expect(runs.getByRole('row').filter({ has: page.getByRole('cell', { name: 'LoRA', exact: true }) }).getByText('0, 1')).toBeVisible();
  await looksRight(page, 'Compare, after a sweep');
  await trainOnAdapter(page, 'Linear probe', 5);
});
