import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { ended, goTo, openStudio, runRow, startButton } from './studioHelp';
import { tinyFolder } from './tinyModels';
import { nothingSticksOut } from './layout';

let dir = '';
test.beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fullrank-chats-'));
});
test.afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('chats: what counts is shown, a run learns them by the template of its model, and what is typed is a turn', async ({ page }) => {
  const model = await tinyFolder(dir, 'chat');
  await openStudio(page, { methods: ['full'], train: { steps: 4, batch: 8, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  await page.getByLabel('Choose a model folder').setInputFiles(model);
  const talk = (i: number) => ({ messages: [{ role: 'user', content: i % 2 ? 'up' : 'down' }, { role: 'assistant', content: i % 2 ? 'down' : 'up' }] });
  await page.getByLabel('Choose tables of texts').setInputFiles({ name: 'talks.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(Array.from({ length: 40 }, (_, i) => talk(i)))) });
  await expect(page.getByText(/^talks\. 40 texts that the model learns to continue\./)).toBeVisible();
  await page.getByText(/^Tokens: /).click();
  await expect(page.getByText('counts in the loss').last()).toBeVisible();
  await startButton(page).click();
  await goTo(page, 'Compare');
  await expect(runRow(page, 'Full').getByText('done')).toBeVisible({ timeout: ended });
  await goTo(page, 'Try');
  const region = page.getByRole('region', { name: 'Try your models' });
  await region.getByLabel('User message').fill('up');
  await expect(region.getByText(/The model’s chat template turns it into a user message/)).toBeVisible();
  await region.getByRole('button', { name: 'Generate', exact: true }).click();
  // What it says stands on a line of its own, under what was asked.
  await expect(region.getByRole('region', { name: 'What they say' }).getByRole('listitem').last()).toContainText(/up\n\S/, { timeout: ended });
  await expect(region.getByRole('button', { name: 'Generate', exact: true })).toBeEnabled({ timeout: ended });
  await expect(region.getByRole('alert')).toHaveCount(0);
  await nothingSticksOut(page);
});
