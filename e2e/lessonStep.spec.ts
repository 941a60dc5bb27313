import { expect, test } from './fixtures';
import { nothingSticksOut } from './layout';
import { broken } from './axe';

const at = (part: number, more = '') => `/#/lessons?lesson=step&part=${part}${more}`;

test('one step is looked into from the model to the kernel, and what is chosen in one part holds in the next', async ({ page }) => {
  await page.goto(at(2));
  const parts = page.getByRole('region', { name: 'The model, from the pictures to the loss' });
  await expect(parts).toBeVisible({ timeout: 60_000 });
  await parts.getByRole('button', { name: 'Block 3' }).click();
  await expect(parts.getByRole('button', { name: 'Block 3', pressed: true })).toBeVisible();
  expect(await broken(page)).toEqual([]);

  await page.goto(at(3));
  await expect(page.getByText(/^Block 3/)).toBeVisible();
  const learns = page.getByRole('table', { name: 'What learns here' });
  // At the first step nothing reaches A, later something does.
  const gradient = learns.getByRole('row', { name: /lora_A/ }).getByRole('cell').last();
  await expect(gradient).toHaveText('0');
  await page.getByRole('button', { name: 'Step 2', exact: true }).click();
  await expect(gradient).not.toHaveText('0');
  await page.getByRole('group', { name: 'Layers of the block' }).getByRole('button', { name: 'output' }).click();
  const dispatches = page.getByRole('table', { name: 'Its dispatches, in order' });
  await expect(page.getByRole('group', { name: 'Layers of the block' }).getByRole('button', { name: 'output', pressed: true })).toBeVisible();
  const last = dispatches.getByRole('button').last();
  await last.focus();
  await page.keyboard.press('Enter');
  await expect(last).toHaveAttribute('aria-pressed', 'true');
  const number = await last.textContent();
  expect(await broken(page)).toEqual([]);

  await page.goto(at(4));
  const row = page.locator('main figure dd').first();
  const before = await row.textContent();
  await page.getByRole('slider', { name: 'Token' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('patch in row 1, column 1', { exact: false }).first()).toBeVisible();
  expect(await row.textContent()).not.toBe(before);
  expect(await broken(page)).toEqual([]);

  await page.goto(at(5));
  await expect(page.getByRole('group', { name: 'Dispatch' }).getByRole('button', { pressed: true })).toHaveText(number!);
  await expect(page.getByRole('region', { name: /^WGSL of/ })).toContainText('@compute');
  expect(await broken(page)).toEqual([]);
  for (const width of [375, 1366]) {
    await page.setViewportSize({ width, height: 812 });
    for (const part of [1, 2, 3, 4, 5]) {
      await page.goto(at(part));
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await nothingSticksOut(page);
    }
  }
});

test('a step that cannot be taken says why, and is taken when asked again', async ({ page }) => {
  const files = '**/fashion-mnist/train.safetensors';
  await page.route(files, (route) => route.abort());
  await page.goto(at(2));
  // The page itself may say that it lacks the pictures, too.
  const again = page.locator('[data-view=lessons]').getByRole('alert').getByRole('button', { name: 'Try again' });
  await expect(again).toBeVisible({ timeout: 60_000 });
  await page.unroute(files);
  await again.click();
  await expect(page.getByRole('region', { name: 'The model, from the pictures to the loss' })).toBeVisible({ timeout: 60_000 });
});
