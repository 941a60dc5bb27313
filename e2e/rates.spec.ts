import { belowAA, serious } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, methodRow, openStudio, runRow, startButton, stored, unfold } from './studioHelp';

test('rates are found before the first run: the cost before, the search in the run bar, the table with the run, and found again after a reload', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'linear_probe'], train: { train_limit: 160, test_limit: 10, val_fraction: 0, head_lr: 0.005 } });
  const rate = methodRow(page, 'LoRA').getByRole('textbox', { name: 'Learning rate of LoRA' });
  await expect(rate).toHaveAttribute('placeholder', '0.003');
  await page.getByRole('checkbox', { name: 'Find learning rates' }).check();
  await expect(rate).toHaveAttribute('placeholder', 'to find');
  // The probe's head has a rate of its own: of four steps three rates take one, the best of them one more, two neighbours two, and two of all one more.
  await expect(page.getByText(/^Learning rates to find: 1 method in 10 to 11 steps, where a run takes 4, judged on 32 held-back pictures; /)).toBeVisible();
  await expect(methodRow(page, 'Linear probe').getByRole('textbox', { name: 'Learning rate of Linear probe' })).not.toHaveAttribute('placeholder', 'to find');
  expect(await belowAA(page)).toEqual([]);
  await stored(page, 'findRates\\":true');
  await expect(page).toHaveURL(/findRates=1/);

  // What is known of it so far, which may be there for a moment alone.
  const tried = page.waitForFunction(() => [...document.querySelectorAll('table')].some((table) => /after 1 steps/.test(table.textContent) && /%/.test(table.tBodies[0]?.textContent ?? '')), null, { polling: 'raf', timeout: ended });
  await startButton(page).click();
  await expect(page.getByRole('listitem').filter({ hasText: /^find the rate \d+ \/ 1[01]$/ })).toBeVisible({ timeout: ended });
  await tried;
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
  await expect(runRow(page, 'Linear probe').getByText('done')).toBeVisible({ timeout: ended });

  // What was found is what the next run takes, until the person says otherwise.
  await page.reload();
  await goTo(page, 'Train');
  await expect(page.getByText('All rates of the chosen methods are known.')).toBeVisible();
  await expect(rate).not.toHaveAttribute('placeholder', 'to find');
  const found = (await rate.getAttribute('placeholder'))!;
  const back = methodRow(page, 'LoRA').getByRole('button', { name: 'Reset LoRA to its own rate, 0.003' });
  expect(await serious(page)).toEqual([]);
  await back.click();
  await expect(rate).toHaveValue('0.003');
  await expect(back).toHaveCount(0);
  await rate.fill('');
  await rate.blur();
  await expect(back).toBeVisible();

  await goTo(page, 'Compare');
  await runRow(page, 'LoRA').getByRole('rowheader').getByRole('button').click();
  await unfold(page, 'How its learning rate was found');
  const details = page.getByRole('region', { name: /^Details of/ });
  await expect(details.getByText(`${found}, found among`)).toBeVisible();
  await expect(details.getByText(/on 32 held-back pictures, seed 1000003/)).toBeVisible();
  await expect(details.getByRole('rowheader', { name: `${found} (chosen)` })).toBeVisible();
  await expect(details.getByRole('columnheader', { name: 'after 2 steps: accuracy, loss' })).toBeVisible();
  expect(await serious(page)).toEqual([]);
});

test('a search is stopped like a run, and goes on where it was; the best so far is taken where that is enough', async ({ page }) => {
  await openStudio(page, { methods: ['lora'], findRates: true, train: { steps: 300, train_limit: 50, test_limit: 10 } });
  await startButton(page).click();
  await expect(page.getByRole('listitem').filter({ hasText: /^find the rate [1-9]/ })).toBeVisible({ timeout: ended });
  await page.getByRole('button', { name: 'Stop .', exact: true }).click();
  await expect(page.getByRole('heading', { name: /^\S+ stopped/ })).toBeVisible({ timeout: ended });
  await expect(methodRow(page, 'LoRA').getByRole('textbox', { name: 'Learning rate of LoRA' })).toHaveAttribute('placeholder', 'to find');

  // Every rate has been looked at once: that is a best so far.
  await startButton(page).click();
  await page.getByRole('button', { name: 'Train at the best so far' }).click({ timeout: ended });
  await expect(methodRow(page, 'LoRA').getByRole('textbox', { name: 'Learning rate of LoRA' })).not.toHaveAttribute('placeholder', 'to find', { timeout: ended });
});

test('what a search has looked at is there after a reload, and is not trained again', async ({ page }) => {
  await openStudio(page, { methods: ['lora'], findRates: true, train: { steps: 40, train_limit: 50, test_limit: 10 } });
  await startButton(page).click();
  const looks = page.getByRole('table').filter({ hasText: 'after 10 steps' }).getByRole('cell').filter({ hasText: '%' });
  await expect(looks.nth(1)).toBeVisible({ timeout: ended });
  await page.reload();
  await page.getByRole('button', { name: /^(Start it again|Resume)/ }).first().click({ timeout: ended });
  // Two of five are there at once.
  await expect(page.getByRole('listitem').filter({ hasText: /^find the rate [2-9]\d \// })).toBeVisible({ timeout: ended });
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });
});

test('a run that is at chance says so, and finds its rate from there', async ({ page }) => {
  await openStudio(page, { methods: ['lora'], train: { steps: 2, head_lr: 1e-6, lr: 1e-6, train_limit: 160, test_limit: 40 } });
  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('at chance')).toBeVisible({ timeout: ended });
  await unfold(page, /^One run:/);
  await page.getByRole('button', { name: 'Find its learning rate and train again' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: /^find the rate/ })).toBeVisible({ timeout: ended });
  expect(await serious(page)).toEqual([]);
});
