import { serious } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, openStudio, runRow, startButton } from './studioHelp';

test('between the model and an adapter, intruder dimensions scaled down, and what both adapters say together, over a reload', async ({ page }) => {
  // At a rate at which a few steps leave intruder dimensions.
  await openStudio(page, { lr: { lora: 0.1 }, insideImages: 16 });
  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('done')).toBeVisible({ timeout: ended });

  await goTo(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await inside.getByRole('button', { name: 'Analyse updates' }).click();
  const scaling = inside.getByRole('region', { name: 'Scale intruder dimensions down' });
  await expect(scaling).toBeVisible({ timeout: ended });
  await scaling.getByRole('slider', { name: 'Factor' }).fill('10');
  await scaling.getByRole('button', { name: 'Measure what that does' }).click();
  const scaled = scaling.getByRole('table');
  await expect(scaled.getByRole('columnheader', { name: 'at 0.5' })).toBeVisible({ timeout: ended });
  await expect(scaled.getByRole('row', { name: /^Drift/ }).getByRole('cell')).toHaveText([/^\d\.\d{3}$/, /^\d\.\d{3}$/]);
  const [file] = await Promise.all([page.waitForEvent('download'), scaling.getByRole('button', { name: 'Download the adapter' }).click()]);
  expect(file.suggestedFilename()).toMatch(/-as-lora-r\d+-intruders-0\.5\.zip$/);
  await scaling.getByRole('button', { name: 'Keep the adapter in Try' }).click();
  await expect(page.getByText(/^Imported .*intruders-0\.5/)).toBeVisible({ timeout: ended });

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByRole('checkbox', { name: 'Use Base model' }).check();
  await expect(region.getByRole('checkbox', { checked: true })).toHaveCount(3);
  await region.getByRole('button', { name: /^Test pictures of/ }).click();
  await region.getByRole('button', { name: 'Classify with 3 models' }).click();
  const heads = region.getByRole('columnheader').filter({ hasText: 'of 40 right' });
  await expect(heads).toHaveCount(2, { timeout: ended });
  await region.getByRole('button', { name: 'Ensemble' }).click();
  await expect(heads).toHaveCount(3);
  await expect(region.getByRole('columnheader', { name: /^Ensemble/ })).toContainText('of 40 right');

  // Where the slider rests, the pictures are answered too.
  await region.getByText('Between the base model and an adapter').click();
  const between = region.getByRole('region', { name: 'Between the base model and an adapter' });
  await between.getByRole('slider', { name: 'Place on the way' }).fill('10');
  const place = region.getByRole('columnheader', { name: /at 0\.5/ });
  await expect(place).toContainText('of 40 right', { timeout: ended });
  await between.getByLabel('Original data, to measure forgetting').selectOption('sign-digits');
  await between.getByRole('button', { name: 'Measure along the way' }).click();
  await expect(between.getByRole('progressbar')).toBeVisible();
  const accuracy = between.getByRole('figure', { name: 'Accuracy along the way' });
  await expect(accuracy).toBeVisible({ timeout: ended });
  expect(await serious(page)).toEqual([]);

  await page.reload();
  await region.getByText('Between the base model and an adapter').click();
  await expect(accuracy).toBeVisible();
  await accuracy.getByRole('button', { name: 'Table' }).click();
  await expect(accuracy.getByRole('rowheader')).toHaveCount(11);
  // And on what the model was pretrained on.
  await expect(between.getByRole('figure', { name: 'Hand signs along the way' })).toBeVisible();
  await goTo(page, 'Inside');
  await expect(scaled.getByRole('columnheader', { name: 'at 0.5' })).toBeVisible();
});
