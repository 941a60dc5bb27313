import { defined } from '../src/numbers/defined';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { methodRow, openStudio, runRow, startButton, stored, unfold } from './studioHelp';

test('opens with pictures of every class, a model, plans to the byte and one primary button', async ({ page }) => {
  await openStudio(page, { methods: ['randlora', 'lora', 'full'] });
  await expect(page).toHaveTitle(/Fullrank/);
  for (const name of ['T-shirt/top', 'Ankle boot']) await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible();
  await expect(page.locator('canvas')).toHaveCount(40);
  const blank = () => page.locator('canvas').evaluateAll((all) => (all as HTMLCanvasElement[]).filter((one) => new Set(one.getContext('2d')!.getImageData(0, 0, one.width, one.height).data).size < 5).length);
  await expect.poll(blank).toBe(0);
  await expect(page.getByText(/vit-nano, bundled/)).toBeVisible();
  await unfold(page, 'Predicted memory');
  for (const method of ['RandLoRA', 'LoRA', 'Full']) await expect(page.getByRole('img', { name: new RegExp(`^${method} needs [\\d.]+ mebibytes`) })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeAttached();
});

test('nothing serious for axe, in light, dark and high contrast, with Advanced open', async ({ page }) => {
  // Colours that fade from one theme to the next would be measured halfway.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openStudio(page, { methods: ['randlora', 'lora', 'vera'] });
  await unfold(page, /^Advanced/);
  for (const theme of ['light', 'dark', 'contrast']) {
    const button = page.getByRole('button', { name: /^Theme:/ });
    while (!(await button.innerText()).includes(theme)) await button.click();
    expect(await serious(page), theme).toEqual([]);
  }
});

test('the budget moves by keys, and methods answer with what they reach', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'vera'] });
  const slider = page.getByRole('slider', { name: /Budget/ });
  const before = Number(await slider.getAttribute('aria-valuenow'));
  const adds = methodRow(page, 'LoRA');
  const text = await adds.innerText();
  await slider.focus();
  await page.keyboard.press('PageUp');
  await expect(slider).toHaveAttribute('aria-valuenow', String(2 * before));
  await expect(adds).not.toHaveText(text);
  // The typed number is the same value.
  const typed = page.getByRole('textbox', { name: /Budget/ });
  await typed.fill('41k');
  await typed.press('Enter');
  await expect(slider).toHaveAttribute('aria-valuenow', '41000');
  await expect(typed).toHaveValue('41,000');
  // What is no amount is not taken, as in every field, and does not go without a word.
  await typed.fill('abc');
  await typed.press('Enter');
  await expect(page.getByText(/“abc” is not an amount.*; the largest method here has \d[\d,]+\.$/)).toBeVisible();
  await expect(typed).toHaveValue('41,000');
  await expect(slider).toHaveAttribute('aria-valuenow', '41000');
  await typed.fill('1,000,000,000');
  await typed.press('Enter');
  await expect(page.getByTitle('not at the budget').first()).toBeVisible();
});

test('a setting that is no good is refused beside its field; a changed one survives a reload and can be reset', async ({ page }) => {
  await openStudio(page);
  await unfold(page, /^Advanced/);
  const batch = page.getByRole('textbox', { name: 'Batch', exact: true });
  await batch.fill('0');
  await expect(page.getByText(/Between 1 and/)).toBeVisible();
  await batch.fill('2');
  await page.keyboard.press('Enter');
  await stored(page, 'batch\\":2');
  await page.reload();
  await unfold(page, /^Advanced/);
  await expect(batch).toHaveValue('2');
  await page.getByRole('button', { name: 'Reset Batch' }).click();
  await expect(batch).not.toHaveValue('2');
});

test('what was changed in the moment before a reload is there after it', async ({ page }) => {
  await openStudio(page);
  const boxes = page.getByRole('checkbox', { name: /^Train (LoRA|RandLoRA|Full)$/ });
  await expect(boxes).toHaveCount(3);
  const chosen = async () => Promise.all((await boxes.all()).map((box) => box.isChecked()));
  const before = await chosen();
  for (const box of await boxes.all()) await box.click();
  await page.reload();
  await expect(boxes).toHaveCount(3);
  expect(await chosen()).toEqual(before.map((one) => !one));
  // Back to what was never touched, of which an address says nothing.
  for (const box of await boxes.all()) await box.click();
  await page.reload();
  await expect(boxes).toHaveCount(3);
  expect(await chosen()).toEqual(before);
});

test('the sheet of keys opens with a question mark and gives the focus back', async ({ page }) => {
  await openStudio(page);
  await startButton(page).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(startButton(page)).toBeFocused();
  await expect(runRow(page, 'LoRA')).toHaveCount(0);
});

test('methods are made equal in memory or in work, and what is not equal says by how much', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'vera', 'full'] });
  const full = methodRow(page, 'Full');
  await expect(full).toContainText(/× \d/);
  // Few compare by work: it is under Advanced, and a choice among the others once it is taken.
  await expect(page.getByRole('button', { name: 'Work', exact: true })).toHaveCount(0);
  await unfold(page, /^Advanced/);
  await page.getByRole('checkbox', { name: 'Match methods by work' }).check();
  await expect(page.getByRole('button', { name: 'Work', exact: true })).toHaveAttribute('aria-pressed', 'true');
  const slider = page.getByRole('slider', { name: 'Budget, work in % of full fine-tuning' });
  await expect(slider).toBeVisible();
  await expect(page.getByText(/Attention, norms and the optimizer/)).toBeVisible();
  await page.getByRole('button', { name: 'Memory', exact: true }).click();
  await expect(page.getByRole('slider', { name: 'Budget, MiB of memory' })).toBeVisible();
  await expect(page).toHaveURL(/match=memory/);
  // The table has what the plan has.
  await unfold(page, 'Predicted memory');
  const planned = defined((await page.getByRole('img', { name: /^LoRA needs/ }).evaluateAll((all) => all.map((one) => /[\d.]+/.exec(one.getAttribute('aria-label')!)![0])))[0]);
  await expect(methodRow(page, 'LoRA')).toContainText(planned);
});
