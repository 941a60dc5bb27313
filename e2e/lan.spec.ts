import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import { expect, test } from './fixtures';
import { goTo } from './studioHelp';

/** A name that is neither https nor localhost, as in a classroom: no randomUUID, clipboard, locks or private files. */
const host = 'studio.lan';
test.use({ launchOptions: { executablePath: findChromium()!, args: [...chromiumArgs(), `--host-resolver-rules=MAP ${host} 127.0.0.1`] } });

test('over plain http in a local network: projects open, runs are added, links are copied, and words say what is missing', async ({ page, baseURL, problems }) => {
  problems.allow(/WebGPU|studio\.lan/);
  await page.goto(baseURL!.replace(/127\.0\.0\.1|localhost/, host));
  expect(await page.evaluate(() => isSecureContext || 'randomUUID' in crypto)).toBe(false);
  await expect(page.locator('summary[title="Processor"]')).toBeVisible();
  await expect(page.getByRole('alert')).toBeHidden();

  await goTo(page, 'Compare');
  await page.getByLabel('Add runs from a file').setInputFiles({ name: 'class.json', mimeType: 'application/json', buffer: Buffer.from(writeRuns([runRecord({ state: 'done' }, { seed: 1 }, { method: 'lora', r: 8 })], 5)) });
  await expect(page.getByText('Added 1 run from class.json.')).toBeVisible();

  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Copy the link' }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Copied' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Project', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Project' });
  await page.route('**/*.fullrank', (route) => route.abort(), { times: 1 });
  await sheet.getByRole('button', { name: 'Open the example' }).click();
  await expect(sheet.getByText(/could not be loaded\. Check the connection/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Open the example' }).click();
  await expect(sheet.getByText(/holds 55 runs\.$/)).toBeVisible({ timeout: 60_000 });
  await sheet.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByText('55 runs finished')).toBeVisible({ timeout: 60_000 });
});
