import { expect, test } from './fixtures';
import { openStudio, runRow } from './studioHelp';

test('by keys alone: to the button, a trained adapter, its chart, its line, the sheet of keys, a setting and back', async ({ page }) => {
  await openStudio(page, { train: { steps: 2, eval_every: 0, checkpoint_every: 0 } });
  // Of what can be pressed: the skip link leaves the focus on the whole of main.
  const focused = () => page.evaluate(() => (document.activeElement?.matches('a, button') ? (document.activeElement.textContent?.trim() ?? '') : ''));
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to content');
  await page.keyboard.press('Enter');
  // A place on the page is no link to settings.
  await expect(page.getByText(/of the link/)).toHaveCount(0);
  for (let i = 0; i < 30 && !(await focused()).includes('Fine-tune now'); i++) await page.keyboard.press('Tab');
  expect(await focused()).toContain('Fine-tune now');
  await page.keyboard.press('Enter');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('t');

  const chart = page.getByRole('figure', { name: 'Training loss' });
  await chart.getByRole('group').focus();
  await page.keyboard.press('End');
  await expect(chart.getByRole('status')).toHaveText(/^step 2, LoRA/);
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('redo what was undone');
  await page.keyboard.press('Escape');
  const slider = page.getByRole('slider', { name: /Budget/ });
  const before = await slider.getAttribute('aria-valuenow');
  await slider.focus();
  await page.keyboard.press('PageUp');
  await expect(slider).not.toHaveAttribute('aria-valuenow', before!);
  await page.keyboard.press('Control+z');
  await expect(slider).toHaveAttribute('aria-valuenow', before!);
});
