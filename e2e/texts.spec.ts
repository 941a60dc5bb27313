import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, methodRow, moreMethods, openStudio, runRow, startButton } from './studioHelp';
import { tinyFolder } from './tinyModels';
import { nothingSticksOut } from './layout';

let dir = '';
let clip = '';
test.beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'fullrank-texts-'));
  clip = await tinyFolder(dir, 'clip');
});
test.afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('what trains the texts is offered where a model reads text, is trained, tried on pictures, exported, and there after a reload', async ({ page }) => {
  await openStudio(page, { methods: ['lora'], train: { steps: 2, val_fraction: 0, eval_every: 1, checkpoint_every: 0 } });
  await moreMethods(page).click();
  // The model that the page opens with reads none.
  await expect(page.getByText(/^For CLIP, which compares pictures with texts: CoOp, .* MaPLe \+ DePT,? and CoOp \+ LoRA\.$/)).toBeVisible();
  await expect(methodRow(page, 'CoOp')).toHaveCount(0);
  await page.getByLabel('Choose a model folder').setInputFiles(clip);
  await methodRow(page, 'CoOp').getByRole('checkbox').first().check();
  await methodRow(page, 'MaPLe').getByRole('checkbox').first().check();
  await methodRow(page, 'LoRA').getByRole('checkbox').first().uncheck();
  await expect(page.getByText(/^For CLIP, which compares/)).toHaveCount(0);
  await expect(methodRow(page, 'MaPLe')).toContainText('n 1');
  expect(await serious(page)).toEqual([]);
  await nothingSticksOut(page);
  await startButton(page).click();
  await goTo(page, 'Compare');
  for (const title of ['CoOp', 'MaPLe']) await expect(runRow(page, title).getByText('done')).toBeVisible({ timeout: ended });
  // Its start is not the model as it was.
  await expect(runRow(page, 'Zero-shot')).toHaveCount(0);

  // No weight changes: where weights are looked at, the page says so.
  for (const view of ['Inside', 'Landscape'] as const) {
    await goTo(page, view);
    await expect(page.getByRole('region').getByText('Left out: CoOp and MaPLe. What is trained there is not an update that could be added to a weight.')).toBeVisible();
  }

  await page.reload();
  await goTo(page, 'Try');
  await page.getByRole('button', { name: /^Test pictures of/ }).click();
  await page.getByRole('button', { name: /^Classify with \d+ models/ }).click();
  await expect(page.getByRole('table').getByRole('row').nth(3)).toBeVisible({ timeout: ended });

  await goTo(page, 'Compare');
  await runRow(page, 'MaPLe').getByRole('button', { name: /^Export/ }).click();
  await expect(page.getByRole('dialog').getByText('It can only be exported as an adapter: it trains what CLIP reads around the names of classes and changes no weight.')).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Export' }).click()]);
  const names = Object.keys(unzipSync(readFileSync(await download.path()))).map((path) => path.split('/')[1]);
  expect(names).toEqual(expect.arrayContaining(['method.json', 'prompt_model.safetensors']));
});
