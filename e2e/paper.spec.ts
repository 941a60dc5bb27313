import type { Page } from '@playwright/test';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, openStudio } from './studioHelp';
import { brokenWords, nothingSticksOut } from './layout';

const shots = process.env.FULLRANK_SHOTS;
const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } } as const;

const sheet = (page: Page) => page.getByRole('dialog', { name: 'Experiments of the RandLoRA paper' });
const opener = (page: Page) => page.getByRole('button', { name: 'Experiments of the RandLoRA paper' }).filter({ visible: true }).first();

/** Nothing is broken, sticks out or is illegible, in light and dark, wide and on a phone, where `at` is in sight. */
async function judged(page: Page, what: string, within: string, at = page.locator(within)): Promise<void> {
  for (const [name, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await at.scrollIntoViewIfNeeded();
      expect(await broken(page, within), `${what}, ${name}, ${colorScheme}`).toEqual([]);
      if (shots) await page.screenshot({ path: `${shots}/paper-${what}-${name}-${colorScheme}.png` });
    }
    await nothingSticksOut(page, `${what}, ${name}`);
    expect(await page.locator(within).evaluate((one) => one.scrollWidth - one.clientWidth), `${what}, ${name} scrolls sideways`).toBeLessThanOrEqual(0);
    expect(await brokenWords(page), `words broken, ${what}, ${name}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(sizes.wide);
}

test('an experiment of the paper by keyboard: its list, what it takes, its runs, and the paper’s numbers beside them, also after a reload', async ({ page }) => {
  await page.setViewportSize(sizes.wide);
  await openStudio(page);
  await opener(page).focus();
  await page.keyboard.press('Enter');
  const list = sheet(page).getByRole('list', { name: 'Experiments' });
  await expect(list.getByRole('button')).toHaveCount(8);
  await judged(page, 'list', 'dialog[open]');

  await list.getByRole('button', { name: /^Table 2/ }).focus();
  await page.keyboard.press('Enter');
  const detail = sheet(page).getByRole('region', { name: 'Table 2: Rank, not only the count of parameters' });
  const fact = (name: string) => detail.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) }).getByRole('definition');
  await expect(fact('Runs')).toHaveText('8: 4 settings × 2 seeds');
  await expect(fact('Steps')).toHaveText('480 in all, of 16 pictures each');
  await expect(fact('Trainable parameters')).toHaveText(/^\d\d,\d{3} to \d\d,\d{3}$/);
  await expect(fact('Largest memory')).toHaveText(/^\d+\.\d\d\sMiB$/);
  await expect(fact('Time')).toHaveText(/^known after its first run; as many steps took \d+\smin(\s\d+\ss)? without a graphics card$/);
  // What the paper reports stands there before anything is trained.
  const table = detail.getByRole('table');
  const reported = (label: string) => detail.getByText(label, { exact: true }).locator('..');
  await expect(reported('RandLoRA-6 (full rank)')).toHaveText('RandLoRA-6 (full rank)85.98');
  await expect(detail.getByText(/numbers are from the paper, for its models and data; they were not measured here: CLIP ViT-B\/32, top.1\s%\.$/)).toBeVisible();

  const steps = detail.getByLabel('Steps of each run');
  await steps.fill('0');
  await expect(detail.getByText('A whole number from 1 to 1,000,000.')).toBeVisible();
  await expect(detail.getByRole('button', { name: 'Run it: 8 runs' })).toBeDisabled();
  await steps.fill('4');
  await expect(fact('Steps')).toHaveText('32 in all, of 16 pictures each');
  await detail.getByRole('button', { name: 'Run it: 8 runs' }).press('Enter');
  await expect(detail.getByRole('button', { name: 'All runs are done or queued' })).toBeDisabled();
  await expect(detail.getByRole('heading', { name: 'Beside the paper' })).toBeFocused();
  await expect(detail.getByText(/^\d of 8 runs have ended\./)).toBeVisible();
  // The two seeds of the first setting, beside which the paper has a number; the rest would take as long again three times.
  const lora = table.getByRole('row').filter({ hasText: 'LoRA-32' });
  await expect(lora).toContainText(/LoRA r\s5.*\d\d,\d{3}.*\d+\.\d2 seeds.*83\.74/, { timeout: ended });
  await expect(table.getByRole('row').filter({ hasText: 'RandLoRA-6 (full rank)' })).toContainText(/RandLoRA r\s8waiting/);
  await expect(detail.getByText(/^Measured here: .+ on Fashion-MNIST \(subset\), 500 test pictures/)).toBeVisible();
  await judged(page, 'going', 'dialog[open]', lora);
  await page.keyboard.press('Escape');
  await expect(sheet(page)).toBeHidden();
  await expect(opener(page)).toBeFocused();
  // A quick machine is through with the rest by now.
  const cancel = page.getByRole('button', { name: 'Cancel waiting runs' });
  if (await cancel.isVisible()) await cancel.click({ timeout: 5000 }).catch(() => {});
  await expect(page.getByText(/\d runs? finished/).first()).toBeVisible({ timeout: ended });

  await page.reload();
  await goTo(page, 'Compare');
  const panel = page.getByRole('region', { name: 'Beside the paper' });
  await expect(panel.getByRole('row').filter({ hasText: 'LoRA-32' })).toContainText(/\d+\.\d2 seeds.*83\.74/);
  await judged(page, 'compare', '[data-view=compare]', panel.getByRole('row').last());
  await panel.getByRole('button', { name: 'Experiments of the RandLoRA paper' }).click();
  await list.getByRole('button', { name: /^Table 2.*\d of \d runs done here$/ }).click();
  await expect(lora).toContainText(/2 seeds.*83\.74/);
  // The form's own number of steps makes other runs, and their time is known by now.
  await expect(detail.getByRole('button', { name: 'Run it: 8 runs' })).toBeEnabled();
  await expect(fact('Time')).toHaveText(/^about .+ on this device/);
});

test('what cannot be run says why, and on a phone the list comes back with the focus on what was chosen', async ({ page }) => {
  await page.setViewportSize(sizes.phone);
  await openStudio(page, {}, 'Compare');
  await opener(page).click();
  const item = sheet(page).getByRole('button', { name: /^Table 5/ });
  await item.click();
  await expect(sheet(page).getByRole('heading', { name: 'Table 5: Against prompts' })).toBeFocused();
  // Its small form runs on the CLIP that comes with the page.
  await expect(sheet(page).getByRole('button', { name: /^Run it/ })).toBeEnabled();
  await sheet(page).getByText('As in the paper', { exact: true }).click();
  await expect(sheet(page).getByText(/^It needs the model openai\/clip-vit-base-patch32, which is not open\./)).toBeVisible();
  await expect(sheet(page).getByRole('button', { name: /^Run it/ })).toBeDisabled();
  await judged(page, 'texts', 'dialog[open]');
  await sheet(page).getByText('Small form', { exact: true }).click();
  await page.setViewportSize(sizes.phone);
  await sheet(page).getByRole('button', { name: 'All experiments' }).press('Enter');
  await expect(item).toBeFocused();

  await sheet(page).getByRole('button', { name: /^Figure 2/ }).click();
  await expect(sheet(page).getByText('60: 5 settings × 6 numbers of pictures × 2 seeds')).toBeVisible();
  await expect(sheet(page).getByText(/^\d+\.\d\d\sMiB$/)).toBeVisible();
  await judged(page, 'shots', 'dialog[open]');
  await sheet(page).getByRole('button', { name: 'As in the paper' }).click();
  await expect(sheet(page).getByText(/^It needs the model openai\/clip-vit-base-patch32, which is not open\./)).toBeVisible();
});
