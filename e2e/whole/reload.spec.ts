import { expect, test } from '../fixtures';
import { goTo, runRow, startButton } from '../studioHelp';
import { looksRight } from '../layout';
import { choose, finished, startOnAdapter, trained, visit } from '../journeys/visit';

test.setTimeout(6 * trained);

test('a reload at every stage loses nothing: before, while it starts, compiles, trains and waits, and after', async ({ page }) => {
  await visit(page);
  await choose(page, ['LoRA', 'VeRA']);
  await page.reload();
  // Also what was ticked in the moment before.
  await expect(page.getByRole('checkbox', { name: /^Train /, checked: true })).toHaveCount(2);
  await expect(page.getByRole('checkbox', { name: 'Train VeRA' })).toBeChecked();
  await startButton(page).click();
  // Before its first step: the run is offered again.
  await expect(page.locator('[aria-current=step]')).toBeVisible();
  await page.reload();
  const notice = page.getByRole('region', { name: /was interrupted/ });
  await expect(notice.first()).toBeVisible();
  await looksRight(page, 'Train, interrupted before its first step');
  await notice.first().getByRole('button', { name: /^(Start it again|Resume at step)/ }).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train ([5-9]|\d\d) \//, { timeout: trained });
  await page.reload();
  await expect(notice.first()).toBeVisible();
  await notice.first().getByRole('button', { name: /^(Start it again|Resume at step)/ }).click();
  await expect(notice).toHaveCount(0);
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done').first()).toBeVisible({ timeout: trained });
  await page.reload();
  await expect(runRow(page, 'LoRA').getByText('done').first()).toBeVisible();
  // What waited still does, or goes on by itself.
  const goOn = page.getByRole('button', { name: /^Start the next run/ });
  const again = page.getByRole('region', { name: /was interrupted/ }).getByRole('button', { name: /^(Start it again|Resume at step)/ });
  await expect(goOn.or(again).or(runRow(page, 'VeRA').getByText('done').first()).first()).toBeVisible({ timeout: trained });
  if (await goOn.isVisible()) await goOn.click();
  else if (await again.first().isVisible()) await again.first().click();
  await finished(page, ['LoRA', 'VeRA']);

  // While its kernels are compiled.
  await startOnAdapter(page, 'Linear probe');
  await page.reload();
  await expect(notice.first()).toBeVisible();
  await notice.first().getByRole('button', { name: 'Start it again' }).click();
  await finished(page, ['Linear probe']);
});
