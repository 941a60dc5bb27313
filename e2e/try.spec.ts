import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { file, peftLora, type Files } from './peftLora';
import { ended, goTo, openStudio } from './studioHelp';

test.use({ storageState: ({ trained }, use) => use(trained) });

async function pictures(): Promise<Files> {
  const colour = async (i: number) => file(`${i}.png`, await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 60 * i, g: 240 - 60 * i, b: 90 } } }).png().toBuffer(), 'image/png');
  return [...(await Promise.all([0, 1, 2, 3].map(colour))), file('broken.png', 'not a picture', 'image/png')];
}

const panel = (page: Page) => page.getByRole('region', { name: 'Try your models' });
test('a trained and an imported adapter side by side on pictures, to CSV, over a reload', async ({ page }) => {
  await openStudio(page);
  await goTo(page, 'Try');
  const region = panel(page);

  // What the config asks for and cannot be honoured is named, and nothing is imported.
  const adapter = region.getByLabel('Choose the files or the zip of an adapter');
  for (const [change, words] of [[{ bias: 'all' }, /sets bias to "all", which trains biases of the base model/], [{ layer_replication: [[0, 2]] }, /sets layer_replication/]] as const) {
    await adapter.setInputFiles(peftLora(change));
    await expect(region.getByRole('alert').getByText(words)).toBeVisible();
  }
  await expect(region.getByRole('checkbox')).toHaveCount(2);
  await adapter.setInputFiles(peftLora());
  await expect(region.getByRole('checkbox', { name: 'Use lora' })).toBeChecked();
  await expect(region.getByText('imported, 8 layers, 3 classes, made for someone/<i>vit</i>')).toBeVisible();
  await expect(region.getByRole('alert')).toHaveCount(0);

  // The base model knows other classes: it answers where it is ticked.
  await expect(region.getByRole('checkbox', { name: 'Use Base model' })).not.toBeChecked();
  await region.getByLabel('Choose pictures or a zip to classify').setInputFiles(await pictures());
  await expect(region.getByText('5 pictures', { exact: true })).toBeVisible();
  await region.getByRole('button', { name: 'Classify with 2 models' }).click();
  await expect(region.getByText(/^They were trained on different classes/)).toBeVisible({ timeout: ended });
  await expect(region.getByText('1 picture could not be read, and is left out.')).toBeVisible();
  await expect(region.getByText(/is in the device’s memory once/)).toContainText(/The 2 fine-tuned ones borrow the weights they do not change, and together add \d+\.\d+\sMiB/);
  await expect(region.getByText(/^adds \d+\.\d+\sMiB( \(\d+\.\d+ working memory\))?$/)).toHaveCount(2);
  const row = region.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^2\.png/ }) });
  await expect(row.getByText(/^(red|green|=blue)$/).first()).toBeVisible();
  expect(await serious(page)).toEqual([]);

  const [csv] = await Promise.all([page.waitForEvent('download'), region.getByRole('button', { name: 'Download CSV' }).click()]);
  const lines = readFileSync(await csv.path(), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 2 * 5);
  expect(lines[0]).toBe('adapter,file_name,prediction,probability,label_2,probability_2,label_3,probability_3,label_4,probability_4,label_5,probability_5,error');
  expect(lines.filter((line) => line.startsWith('lora,')).slice(0, 4).every((line) => /^lora,\d\.png,("'=blue"|red|green),0\.\d{6},/.test(line))).toBe(true);
  expect(lines.some((line) => /,=blue,/.test(line))).toBe(false);
  expect(lines.filter((line) => /broken\.png cannot be decoded/.test(line))).toHaveLength(2);

  // One adapter less is a column less, at once; as a file it is what the command line writes.
  await region.getByRole('checkbox', { name: 'Use lora' }).uncheck();
  await expect(region.getByText(/^They were trained on different classes/)).toBeHidden();
  const [single] = await Promise.all([page.waitForEvent('download'), region.getByRole('button', { name: 'Download CSV' }).click()]);
  expect(readFileSync(await single.path(), 'utf8')).toMatch(/^file_name,prediction,/);

  // What came from outside can leave in every form.
  await region.getByRole('button', { name: 'Export lora' }).click();
  await expect(page.getByRole('dialog', { name: 'Export lora' }).getByRole('radio', { name: 'ONNX' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.reload();
  await expect(region.getByRole('checkbox', { name: 'Use lora' })).toBeChecked();
  await region.getByRole('button', { name: 'Remove lora' }).click();
  await expect(region.getByRole('checkbox')).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(region.getByRole('checkbox', { name: 'Use lora' })).toBeVisible();
});

test('a table among pictures is named, one alone is refused and can be dismissed; the head of the results stays in sight', async ({ page }) => {
  await openStudio(page);
  await goTo(page, 'Try');
  const region = panel(page);
  const choose = region.getByLabel('Choose pictures or a zip to classify');
  const table = file('bad.csv', 'a,b\n"x', 'text/csv');
  await choose.setInputFiles([table]);
  await expect(region.getByRole('alert').getByText(/^bad\.csv is not a picture/)).toBeVisible();
  await region.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
  await expect(region.getByRole('alert')).toHaveCount(0);
  await choose.setInputFiles([...(await pictures()), table]);
  await expect(region.getByText('bad.csv is not a picture and is left out.')).toBeVisible();

  await region.getByRole('button', { name: /^Test pictures of/ }).click();
  await expect(region.getByText(/: 40 of 2,000 test pictures, each with its number in the test set$/)).toBeVisible();
  const adapters = region.getByRole('list').first();
  const places = () => adapters.getByRole('listitem').evaluateAll((all) => all.flatMap((one) => [one.getBoundingClientRect().height, ...[...one.children].slice(0, 3).map((part) => part.getBoundingClientRect().left)]));
  await region.getByRole('checkbox', { name: 'Use Base model' }).check();
  const before = await places();
  await region.getByRole('button', { name: 'Classify with 2 models' }).click();
  await expect(region.getByText('The base model knows only the classes it was pretrained on; their sets are in brackets.')).toBeVisible({ timeout: ended });
  const head = region.getByRole('columnheader', { name: /^LoRA/ });
  // Rows come while it works.
  await expect(head).toContainText('of 40 right', { timeout: ended });
  // Each model's answers have as much room.
  const widths = await region.getByRole('columnheader').evaluateAll((all) => all.slice(-2).map((one) => one.getBoundingClientRect().width));
  expect(Math.max(...widths) / Math.min(...widths)).toBeLessThan(1.3);
  // What each adds is told when it is asked for.
  await expect(region.getByText(/^adds /)).toHaveCount(2);
  await expect(region.getByText(/^adds /).first()).toBeHidden();
  expect(await places()).toEqual(before);
  await expect(region.getByText(/^.+ \((CIFAR-10|traffic signs, GTSRB|digits in sign language|textures, DTD)\)$/).first()).toBeVisible();
  // The pictures come first, then the answers, then what compares.
  const tops = await Promise.all([region.getByRole('heading', { name: 'Pictures' }), region.getByRole('heading', { name: 'Trained models' }), region.getByRole('table'), region.getByText('Between the base model and an adapter')].map(async (one) => (await one.boundingBox())!.y));
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
  await region.getByRole('row').last().scrollIntoViewIfNeeded();
  await expect(head).toBeInViewport();
  await expect(region.getByRole('row').last()).toBeInViewport();
});
