import { olderPath, olderText } from '../src/testing/older.node';
import { expect, test } from './fixtures';
import { ended, goTo, lossSteps, methodRow, runRow } from './studioHelp';

// All that is chosen is what that version kept.
test.use({ fresh: true });

test('what an older version kept: its settings and its changes to data are there; its runs and its project open, and an interrupted run goes on to its end', async ({ page }) => {
  await page.addInitScript((kept) => {
    if (localStorage.getItem('fullrank.settings')) return;
    localStorage.setItem('fullrank.settings', kept);
    localStorage.setItem('fullrank.edits', JSON.stringify({ 'fashion-mnist': { version: 1, disabled_classes: ['Bag'], disabled: [], relabelled: [], split: null } }));
  }, olderText('settings.json'));
  await page.goto('/#/train');
  for (const [method, on] of [['LoRA', true], ['VeRA', true], ['RandLoRA', false], ['Full', false]] as const) await expect(methodRow(page, method).getByRole('checkbox')).toBeChecked({ checked: on });
  await expect(page.getByRole('textbox', { name: 'Length', exact: true })).toHaveValue('40');
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await expect(page.getByRole('checkbox', { name: 'Use Bag' })).not.toBeChecked();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: 'Use Bag' })).not.toBeChecked();
  expect(await page.evaluate(() => localStorage.getItem('fullrank.edits'))).toBeNull();

  await goTo(page, 'Compare');
  await page.getByLabel('Add runs from a file').setInputFiles(olderPath('runs.json'));
  await expect(page.getByText(/^Added 3 runs from runs\.json/)).toBeVisible();

  await page.getByRole('button', { name: 'Project', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Project' });
  await sheet.getByLabel('Choose a project file').setInputFiles(olderPath('project.fullrank'));
  await expect(sheet.getByText(/^project\.fullrank, saved on .*, holds 3 runs, 1 data set of your own and 1 change to data\./)).toBeVisible();
  await sheet.getByRole('button', { name: 'Open it' }).click();
  await goTo(page, 'Train');
  await expect(page.getByText('8 to train, 3 to test')).toBeVisible();
  const notice = page.getByRole('region', { name: /was interrupted/ }).filter({ hasText: 'swift-dove' });
  await notice.getByRole('button', { name: 'Resume at step 3' }).click();
  await goTo(page, 'Compare');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(runRow(page, 'LoRA').getByText('done')).toHaveCount(2, { timeout: ended });
  await goTo(page, 'Train');
  // The table begins with what was learned there, and goes on with what was learned here.
  expect((await lossSteps(page)).slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
});
