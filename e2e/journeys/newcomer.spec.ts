import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { looksRight } from '../layout';
import { ended, goTo, runRow, startButton } from '../studioHelp';
import { finished, trained, visit } from './visit';

test.setTimeout(6 * trained);
// The real model and pictures that the page offers first.
test.use({ fresh: true });

test('a newcomer: one click, a reload in the middle, five methods side by side, an answer, and a file to take along', async ({ page }) => {
  await visit(page, 12);
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train [2-9]/, { timeout: ended });
  await looksRight(page, 'Train, while it trains');
  await page.reload();
  const notice = page.getByRole('region', { name: /was interrupted/ });
  await looksRight(page, 'Train, interrupted');
  await notice.first().getByRole('button', { name: /^(Start it again|Resume at step)/ }).click();
  await expect(notice).toHaveCount(0);
  // What waited still does, or goes on by itself.
  const goOn = page.getByRole('button', { name: /^Start the next run/ });
  await goTo(page, 'Compare');
  await expect(runRow(page, 'RandLoRA').getByText('done').first()).toBeVisible({ timeout: ended });
  if (await goOn.isVisible()) await goOn.click();
  const usual = ['Linear probe', 'RandLoRA', 'LoRA', 'VeRA', 'Full'];
  await finished(page, usual);
  await looksRight(page, 'Compare, after the default methods');

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByRole('button', { name: /^Test pictures/ }).click();
  await region.getByRole('button', { name: /^Classify with/ }).click();
  await expect(region.getByRole('button', { name: 'Where it looks' })).toBeVisible({ timeout: ended });
  await looksRight(page, 'Try, pictures that were classified');

  await goTo(page, 'Compare');
  await runRow(page, 'RandLoRA').first().getByRole('button', { name: /^Export/ }).click();
  const sheet = page.getByRole('dialog', { name: /^Export / });
  await looksRight(page, 'Export');
  const [download] = await Promise.all([page.waitForEvent('download'), sheet.getByRole('button', { name: 'Export', exact: true }).click()]);
  expect(Object.keys(unzipSync(readFileSync(await download.path()))).map((path) => path.split('/').pop())).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));
  await page.reload();
  await finished(page, usual);
});
