import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { serious } from '../axe';
import { expect, test } from '../fixtures';
import { ended, goTo, openRun, runRow, startButton } from '../studioHelp';
import { allLookRight, looksRight } from '../layout';
import { choose, finished, trained, visit } from './visit';

test.setTimeout(6 * trained);

/** Reviews of forty things, of which one is there twice. */
const table = () => ['review,verdict', ...Array.from({ length: 40 }, (_, i) => `"the number ${i}, it was ${i % 2 ? 'fine' : 'poor'}",${i % 2 ? 'up' : '<b>down</b>'}`), '"the number 3, it was fine",up'].join('\n');

test('texts: one click, all default methods, every view after it, and a sentence typed into what was trained', async ({ page }) => {
  await visit(page, 4);
  await page.getByRole('button', { name: 'Train on texts' }).click();
  await expect(page.getByText(/^bert-nano, bundled\. [\d,]+ weights, texts of up to 64 tokens\./)).toBeVisible();
  await expect(page.getByText(/^Village moods, bundled\. 3 classes, 1,000 texts\./)).toBeVisible();
  await expect(startButton(page)).toBeEnabled();
  await looksRight(page, 'Train, on texts');
  await startButton(page).click();
  await finished(page, ['RandLoRA', 'LoRA', 'VeRA', 'Full']);
  await allLookRight(page, 'on texts', ['Train', 'Compare', 'Landscape', 'Inside', 'Try']);
  for (const view of ['Train', 'Compare', 'Landscape', 'Inside', 'Try'] as const) {
    await goTo(page, view);
    expect((await page.getByRole('main').innerText()).replace('Pictures\nTexts', ''), view).not.toMatch(/picture|image/i);
  }

  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByLabel('Type one text, or several, one per line').fill('the lamp was splendid but gus has a lamp that is poor\nthe coat was quite lovely');
  await region.getByRole('button', { name: 'Ask the models' }).click();
  await expect(region.getByText(/^They agree on \d of 2 texts\./)).toBeVisible({ timeout: ended });
  await expect(region.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /the coat was quite lovely/ }) }).getByText(/^(good|bad|plain)$/)).not.toHaveCount(0);
  await looksRight(page, 'Try, with typed texts');
  await region.getByRole('button', { name: 'Test texts of “Village moods”' }).click();
  await expect(region.getByText(/^They agree on \d+ of 300 texts\./)).toBeVisible({ timeout: ended });
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
    expect(await serious(page), `Try, ${theme}`).toEqual([]);
  }

  // What leaves is what transformers and PEFT read.
  await goTo(page, 'Compare');
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Export / });
  await expect(dialog.getByRole('radio')).toHaveCount(3);
  for (const [form, files] of [['PEFT adapter', ['README.md', 'adapter_config.json', 'adapter_model.safetensors', 'fullrank.json']], ['Hugging Face folder', ['README.md', 'config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']]] as const) {
    if (!(await dialog.isVisible())) await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
    await dialog.getByRole('radio', { name: form }).check();
    const [made] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Export', exact: true }).click()]);
    const zip = unzipSync(readFileSync(await made.path()));
    expect(Object.keys(zip).map((path) => path.slice(path.indexOf('/') + 1)).sort(), form).toEqual(files);
    expect(new TextDecoder().decode(zip[Object.keys(zip).find((path) => path.endsWith('README.md'))!]), form).toContain('AutoModelForSequenceClassification');
  }
  // And what ONNX Runtime and transformers.js do, after it was run here.
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  await dialog.getByRole('radio', { name: 'ONNX' }).check();
  const [onnx] = await Promise.all([page.waitForEvent('download', { timeout: ended }), dialog.getByRole('button', { name: 'Export', exact: true }).click()]);
  expect(Object.keys(unzipSync(readFileSync(await onnx.path()))).map((path) => path.slice(path.indexOf('/') + 1)).sort()).toEqual(['README.md', 'config.json', 'onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json']);
  await expect(dialog.getByText('Check passed. 8 of 8 texts agree.')).toBeVisible();
  await looksRight(page, 'Export, of texts');
  await page.keyboard.press('Escape');

  // Pictures and their runs are as they were, and so are the texts after them.
  await goTo(page, 'Train');
  await page.getByRole('group', { name: 'What to train on' }).getByRole('button', { name: 'Pictures' }).click();
  await expect(page.getByText(/^vit-nano, bundled\./)).toBeVisible();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'LoRA').getByText('tall')).toHaveCount(0);
  await page.getByRole('group', { name: 'What to train on' }).getByRole('button', { name: 'Texts' }).click();
  await page.reload();
  await finished(page, ['RandLoRA', 'LoRA', 'VeRA', 'Full']);
});

test('own texts: a table dropped in, looked over, trained on, and a wrong one put right', async ({ page }) => {
  await visit(page, 4);
  await page.getByRole('button', { name: 'Use your own pictures' }).click();
  // A table of texts is one whatever the page has learned from so far.
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'reviews.csv', mimeType: 'text/csv', buffer: Buffer.from(table()) });
  await expect(page.getByRole('checkbox', { name: 'Use <b>down</b>' })).toBeChecked();
  await expect(page.getByText(/^bert-nano, bundled\./)).toBeVisible();
  await expect(page.getByText(/^1 text in both training and test|^1 duplicate/)).toBeVisible();
  await looksRight(page, 'Train, own texts');
  await page.getByRole('button', { name: 'See the texts of up' }).click();
  const sheet = page.getByRole('dialog', { name: /up/ });
  await expect(sheet.getByText('the number 3, it was fine').first()).toBeVisible();
  await looksRight(page, 'the texts of a class');
  await page.keyboard.press('Escape');
  await choose(page, ['LoRA']);
  await startButton(page).click();
  await finished(page, ['LoRA']);
  await openRun(page);
  await page.getByRole('region', { name: 'Confusion' }).getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('gridcell').getByText(/the number \d+, it was (fine|poor)/).first()).toBeVisible();
  await looksRight(page, 'Compare, own texts');
  await page.reload();
  await goTo(page, 'Train');
  await expect(page.getByText(/^reviews\. 2 classes, 41 texts\./)).toBeVisible({ timeout: ended });
  await expect(page.getByRole('combobox', { name: 'Data set' }).getByRole('option', { name: 'Village moods: classes' })).toHaveCount(1);
  // Over to pictures and back: what was chosen of texts is chosen again, after a reload too.
  const learnsFrom = page.getByRole('group', { name: 'What to train on' });
  await learnsFrom.getByRole('button', { name: 'Pictures' }).click();
  await expect(page.getByText(/^vit-nano, bundled\./)).toBeVisible();
  await page.reload();
  await learnsFrom.getByRole('button', { name: 'Texts' }).click();
  await expect(page.getByText(/^reviews\. 2 classes, 41 texts\./)).toBeVisible();
});

test('a link to texts that are not here says so, and goes on with those that are', async ({ page }) => {
  await page.goto('/#/train?v=1&model=bert-nano&data=gone.csv&methods=lora&steps=2');
  await expect(page.getByText('The data set gone.csv is not in this browser. The one chosen here is used.')).toBeVisible();
  await expect(page.getByText(/^Village moods, bundled\. 3 classes, 1,000 texts\./)).toBeVisible();
  await expect(startButton(page)).toBeEnabled();
  await page.goto('/#/train?v=1&model=llama-nano&data=village-stories&methods=lora&steps=2');
  await expect(page.getByText(/^Village stories, bundled\. 3,500 texts that the model learns to continue\./)).toBeVisible();
  await expect(startButton(page)).toBeEnabled();
});
