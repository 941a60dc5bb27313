import { readFileSync } from 'node:fs';
import { serious } from '../axe';
import { expect, test } from '../fixtures';
import { ended, goTo, openRun, runRow, startButton } from '../studioHelp';
import { allLookRight, looksRight } from '../layout';
import { choose, finished, trained, visit } from './visit';

test.setTimeout(6 * trained);

test('texts to go on with: from a few lines to what each adapter says, as it comes, over a reload', async ({ page }) => {
  await visit(page, 4);
  await page.getByRole('button', { name: 'Train on texts' }).click();
  await page.getByRole('combobox', { name: 'Data set' }).selectOption('village-questions');
  // A model that goes on with texts comes along, and one that does not takes other data with it.
  await expect(page.getByText(/^llama-nano, bundled\./)).toBeVisible();
  await page.getByRole('combobox', { name: 'Model', exact: true }).selectOption('bert-nano');
  await expect(page.getByText(/^Village moods, bundled\./)).toBeVisible();
  await page.getByRole('combobox', { name: 'Data set' }).selectOption('village-questions');
  await expect(page.getByText(/^Village questions, bundled\. 1,200 texts that the model learns to continue\./)).toBeVisible();
  await page.getByText('Tokens: 24 a text').click();
  await expect(page.getByText('counts in the loss')).toBeVisible();
  await choose(page, ['RandLoRA', 'LoRA']);
  await expect(startButton(page)).toBeEnabled();
  await looksRight(page, 'Train, texts to go on with');
  await startButton(page).click();
  await finished(page, ['RandLoRA', 'LoRA']);
  await openRun(page);
  await expect(page.getByText(/^Perplexity \d/)).toBeVisible();
  await allLookRight(page, 'texts to go on with', ['Train', 'Compare', 'Landscape', 'Inside', 'Try']);

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByRole('button', { name: 'Take an example' }).click();
  await region.getByText('Generation settings').click();
  await region.getByRole('spinbutton', { name: /^Length/ }).or(region.getByRole('textbox', { name: /^Length/ })).fill('5');
  await region.getByRole('button', { name: 'Generate', exact: true }).click();
  await expect(region.getByRole('region', { name: 'What they say' }).getByRole('listitem')).toHaveCount(3, { timeout: ended });
  await expect(region.getByRole('button', { name: 'Generate', exact: true })).toBeEnabled({ timeout: ended });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await looksRight(page, 'Try, texts to go on with');
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    expect(await serious(page), `Try, ${theme}`).toEqual([]);
  }

  await goTo(page, 'Compare');
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  const sheet = page.getByRole('dialog', { name: /^Export / });
  await sheet.getByRole('radio', { name: 'GGUF' }).check();
  await sheet.getByRole('button', { name: '8 bits, about half the size' }).click();
  await looksRight(page, 'Export, GGUF');
  const [file] = await Promise.all([page.waitForEvent('download', { timeout: ended }), sheet.getByRole('button', { name: 'Export' }).click()]);
  expect(file.suggestedFilename()).toMatch(/-lora-r\d+-q8_0\.gguf$/);
  expect(readFileSync(await file.path()).subarray(0, 4).toString()).toBe('GGUF');
  await expect(sheet).toBeHidden();

  await goTo(page, 'Train');
  await page.getByLabel('Choose tables of texts').setInputFiles({ name: 'lines.txt', mimeType: 'text/plain', buffer: Buffer.from(Array.from({ length: 30 }, (_, i) => `the day number ${i} was ${i % 2 ? 'fine' : 'poor'} .`).join('\n')) });
  await expect(page.getByText(/^lines\. 30 texts that the model learns to continue\./)).toBeVisible();
  await choose(page, ['LoRA']);
  await startButton(page).click();
  await finished(page, ['LoRA']);
  await page.reload();
  await finished(page, ['LoRA']);
  await goTo(page, 'Train');
  await expect(page.getByText(/^lines\. 30 texts that the model learns to continue\./)).toBeVisible({ timeout: ended });
});
