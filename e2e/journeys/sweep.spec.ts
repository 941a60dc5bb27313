import { expect, test } from '../fixtures';
import { goTo, unfold } from '../studioHelp';
import { allLookRight, desk, looksRight } from './look';
import { choose, trained, trainOnAdapter, visit } from './visit';

test.setTimeout(6 * trained);

test('a sweep over seeds and rates, counted before it is added, to means with intervals', async ({ page }) => {
  await visit(page, 2);
  await choose(page, ['LoRA', 'Linear probe']);
  const queue = page.getByRole('region', { name: 'Queue' });
  await queue.getByRole('button', { name: 'Add a sweep' }).click();
  const form = page.getByRole('form', { name: 'Add a sweep' });
  await form.getByLabel('Seeds').fill('0-1');
  await looksRight(page, 'Train, a sweep');
  await form.getByRole('button', { name: 'Add 4 runs' }).click();
  await looksRight(page, 'Train, a queue');
  // Runs of other settings are told by these, in words.
  await queue.getByRole('button', { name: 'Hold after this run' }).click();
  await unfold(page, /^Advanced/);
  await page.getByRole('textbox', { name: 'Learning rate of the head' }).fill('0.01');
  await page.getByRole('textbox', { name: 'Validation share' }).first().fill('20');
  await page.keyboard.press('Enter');
  await queue.getByRole('button', { name: 'Add a sweep' }).click();
  await form.getByLabel('Seeds').fill('0');
  await form.getByRole('button', { name: 'Add 2 runs' }).click();
  await page.setViewportSize(desk);
  await expect(queue.getByRole('cell', { name: /learning rate of the head 0\.005 → 0\.01, validation share \d+ % → 20 %/ })).toHaveCount(2);
  await looksRight(page, 'Train, a queue of other settings');
  const others = queue.getByRole('row').filter({ hasText: '→ 20 %' });
  for (const left of [1, 0]) {
    await others.first().getByRole('button', { name: /^Cancel/ }).click();
    await expect(others).toHaveCount(left);
  }
  // Its first run may have ended meanwhile.
  await queue.getByRole('button', { name: /^(Held after this run|Continue)$/ }).click();
  await goTo(page, 'Compare');
  await expect(page.getByText(/^4 runs finished$/)).toBeVisible({ timeout: 4 * trained });
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await expect(runs.getByRole('row').filter({ has: page.getByRole('cell', { name: 'LoRA', exact: true }) }).getByText('0, 1')).toBeVisible();
  await allLookRight(page, 'after a sweep');
  await trainOnAdapter(page, 'Linear probe', 5);
});
