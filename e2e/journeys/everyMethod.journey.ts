import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures';
import { goTo, runRow, startButton } from '../studioHelp';
import { looksRight } from './look';
import { allMethods, choose, finished, trained, unmerged, visit } from './visit';

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
    const forms = sheet.getByRole('radio');
    const open = async () => {
      await runRow(page, method).first().getByRole('button', { name: /^Export/ }).click();
      await expect(forms.first()).toBeVisible();
    };
    await open();
    const count = await forms.count();
    if (unmerged.includes(method)) expect(count, method).toBe(1);
    else expect(count, method).toBeGreaterThan(1);
    await looksRight(page, `Export ${method}`);
    for (let i = 0; i < count; i++) {
      if (i > 0) await open();
      await forms.nth(i).check();
      const [download] = await Promise.all([page.waitForEvent('download', { timeout: trained }), sheet.getByRole('button', { name: 'Export', exact: true }).click()]);
      const files = unzipSync(readFileSync(await download.path()));
      expect(Object.keys(files).length, `${method}, form ${i}`).toBeGreaterThan(1);
      for (const [name, bytes] of Object.entries(files)) expect(bytes.length, `${method}: ${name}`).toBeGreaterThan(0);
      // It leaves by itself, or says how its check went.
      await expect.poll(async () => (await sheet.isHidden()) || (await sheet.getByText(/Saved /).first().isVisible()), `${method}, form ${i}`).toBe(true);
      await page.keyboard.press('Escape');
      await expect(sheet).toBeHidden();
    }
  }

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try adapters' });
  const boxes = region.getByRole('checkbox', { name: /^Use / });
  await expect(boxes).toHaveCount(allMethods.length + 1);
  for (const box of await boxes.all()) await box.check();
  await region.getByRole('button', { name: /^Test pictures/ }).click();
  await region.getByRole('button', { name: /^Classify with/ }).click();
  const toggle = region.getByRole('button', { name: 'Where it looks' });
  await expect(toggle).toBeVisible({ timeout: trained });
  await looksRight(page, 'Try, all methods');
  await toggle.click();
  await expect(region.getByRole('figure', { name: 'Where they look' })).toBeVisible({ timeout: trained });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Try, where they look');
  await expect(region.getByRole('progressbar', { name: 'Pictures classified' })).toHaveCount(0, { timeout: (allMethods.length + 1) * trained });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Try, all pictures');

  await goTo(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await inside.getByRole('button', { name: /^(Look inside|Analyse updates)/ }).click();
  await expect(inside.getByRole('figure').first()).toBeVisible({ timeout: trained });
  await expect(inside.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Inside, all methods');
});
