import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../fixtures';
import { zipToRepair, zipWithWrongLabel } from '../pictures';
import { goTo, startButton } from '../studioHelp';
import { tinyFolder } from '../tinyModels';
import { allLookRight, looksRight } from '../layout';
import { choose, finished, trained, visit } from './visit';

test.setTimeout(6 * trained);

let dir = '';
test.beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fullrank-journey-'));
});
test.afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('own pictures, and a model of one\'s own: from a zip and a folder to results, over a reload', async ({ page }) => {
  await visit(page, 4);
  await page.getByRole('button', { name: 'Use your own pictures' }).click();
  await expect(page.getByRole('button', { name: 'Choose folder' }).first()).toBeFocused();
  await expect(page.getByRole('button', { name: 'Choose folder' }).first()).toBeInViewport();
  const { zip, wrong } = await zipWithWrongLabel();
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: zip });
  await expect(page.getByRole('checkbox', { name: 'Use green' })).toBeChecked();
  await looksRight(page, 'Train, own pictures');
  await choose(page, ['LoRA', 'Linear probe']);
  await startButton(page).click();
  await finished(page, ['LoRA', 'Linear probe']);
  await allLookRight(page, 'own pictures');

  await goTo(page, 'Train');
  await page.getByLabel('Choose a model folder').setInputFiles(await tinyFolder(dir, 'vit'));
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('tiny-vit');
  await startButton(page).click();
  await expect(page.getByText('4 runs finished')).toBeVisible({ timeout: 2 * trained });
  await allLookRight(page, 'own model');
  await goTo(page, 'Train');
  await page.reload();
  await expect(startButton(page)).toBeEnabled();
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('tiny-vit');
  await expect(page.getByText(wrong)).toHaveCount(0);
});

test('own pictures with one press: what the check finds is repaired, one method is recommended with its time, and its result leads to a page', async ({ page }) => {
  await visit(page, 4);
  await page.getByRole('button', { name: 'Use your own pictures' }).click();
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: await zipToRepair() });
  const counts = (text: string) => expect(page.getByText(text, { exact: true })).toBeVisible();
  const methods = page.getByRole('region', { name: 'Methods' });
  await expect(methods.getByRole('button', { name: 'Compare methods' })).toBeVisible();
  await expect(methods.getByRole('checkbox')).toHaveCount(1);
  await expect(methods.getByRole('checkbox', { name: /^End early/ })).not.toBeChecked();
  // Before anything has run.
  await expect(methods.getByText(/^About .* on this device\.$/)).toBeVisible();
  await looksRight(page, 'Train, own pictures and one method');

  await counts('18 to train, 5 to check on the way, 10 to test');
  await page.getByRole('button', { name: 'Merge “Reds” into “red”' }).click();
  await expect(page.getByRole('checkbox', { name: 'Use Reds' })).not.toBeChecked();
  await page.getByRole('button', { name: 'Leave out the copy' }).click();
  await counts('18 to train, 4 to check on the way, 10 to test');
  await page.getByRole('button', { name: 'Leave them out of the larger part' }).click();
  await expect(page.getByText('All 31 pictures can be read, without duplicates.')).toBeVisible();
  await page.locator('body').press('Control+z');
  await expect(page.getByRole('button', { name: 'Leave them out of the larger part' })).toBeVisible();

  await startButton(page).click();
  await finished(page, ['LoRA']);
  const result = page.getByRole('region', { name: 'What it says of your pictures' });
  await result.getByRole('button', { name: /^Show the/ }).click();
  await expect(result.getByRole('gridcell', { name: 'test/green/odd.png' })).toContainText(/taken for red; green (< )?[\d.]+ %/);
  await expect(result.getByText(/^Beside each test picture: what the model takes it for/)).toBeVisible();
  await looksRight(page, 'Compare, own pictures and one method');
  // Whoever comes back to Start finds it there.
  await goTo(page, 'Start');
  const latest = page.getByRole('region', { name: 'Your latest result' });
  await expect(latest.getByText(/^colours.*% right, \d+ of 10 test pictures/)).toBeVisible();
  await latest.getByRole('button', { name: 'See the result' }).click();
  await expect(result).toBeVisible();
  // Nothing is compared yet: the way goes on to new pictures, and from there to a page for others.
  await goTo(page, 'Train');
  await page.locator('#run-bar').getByRole('button', { name: 'See the result' }).click();
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await page.getByRole('button', { name: /^Test pictures of/ }).click();
  await page.getByRole('button', { name: /^Classify/ }).click();
  // It asks as much of an answer as the page will.
  const answers = page.getByRole('region', { name: 'What they say' });
  await answers.getByText('How sure it has to be').click({ timeout: trained });
  await expect(answers.getByText(/^(It was set to \d|Nothing was measured)/)).toBeVisible();
  await answers.getByRole('slider', { name: 'Below this, the answer is “None of these”' }).fill('200');
  await expect(answers.getByText('None of these', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Make a web page' }).click({ timeout: trained });
  await expect(page.getByRole('dialog', { name: /^Export / }).getByRole('radio', { name: 'Web page' })).toBeChecked();
});
