import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { goTo, runRow, startButton } from '../studioHelp';
import { looksRight } from './look';
import { allMethods, choose, finished, trained, visit } from './visit';

test.setTimeout(12 * trained);

test('every method at its default setting: trained, exported in every form, tried, looked through, analysed', async ({ page }) => {
  await visit(page, 2);
  await choose(page, allMethods);
  await looksRight(page, 'Train, all methods');
  await startButton(page).click();
  await finished(page, allMethods);
  await looksRight(page, 'Compare, all methods');

  for (const method of allMethods) {
    const sheet = page.getByRole('dialog', { name: /^Export / });
    await runRow(page, method).first().getByRole('button', { name: /^Export/ }).click();
    const forms = await sheet.getByRole('radio').count();
    expect(forms, method).toBeGreaterThan(1);
    await looksRight(page, `Export ${method}`);
    for (let i = 0; i < forms; i++) {
      if (await sheet.isHidden()) await runRow(page, method).first().getByRole('button', { name: /^Export/ }).click();
      await sheet.getByRole('radio').nth(i).check();
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: trained }), sheet.getByRole('button', { name: 'Export', exact: true }).click()]);
      const files = unzipSync(readFileSync(await download.path()));
      expect(Object.keys(files).length, `${method}, form ${i}`).toBeGreaterThan(1);
      for (const [name, bytes] of Object.entries(files)) expect(bytes.length, `${method}: ${name}`).toBeGreaterThan(0);
      await expect(sheet.getByRole('alert')).toHaveCount(0);
    }
    if (await sheet.isVisible()) await page.keyboard.press('Escape');
  }

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try adapters' });
  for (const box of await region.getByRole('checkbox', { name: /^Use / }).all()) await box.check();
  await region.getByRole('button', { name: /^Test pictures/ }).click();
  await region.getByRole('button', { name: /^Classify with/ }).click();
  const toggle = region.getByRole('button', { name: 'Where it looks' });
  await expect(toggle).toBeVisible({ timeout: trained });
  await looksRight(page, 'Try, all methods');
  await toggle.click();
  await expect(region.getByRole('figure', { name: 'Where they look' })).toBeVisible({ timeout: trained });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Try, where they look');

  await goTo(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await inside.getByRole('button', { name: /^(Look inside|Analyse updates)/ }).click();
  await expect(inside.getByRole('figure').first()).toBeVisible({ timeout: trained });
  await expect(inside.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Inside, all methods');
});
