import type { Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { nothingSticksOut } from './layout';
import { unlabelled, zipWithWrongLabel } from './pictures';
import { ended, openStudio } from './studioHelp';

test.use({ launchOptions: { executablePath: findChromium() ?? undefined, args: [...chromiumArgs(), '--use-fake-device-for-media-stream'] } });

const shots = process.env.FULLRANK_SHOTS;
const sheetOf = (page: Page) => page.getByRole('dialog', { name: /^Label pictures of/ });
const openSheet = async (page: Page) => {
  await page.getByRole('button', { name: 'Label pictures', exact: true }).click();
  return sheetOf(page);
};

test('pictures are added without a label, labelled by keys, and trained on from the weights before; the curve grows, and all is there after a reload', async ({ page }) => {
  test.setTimeout(2 * ended);
  await openStudio(page, { train: { steps: 4, batch: 4, train_limit: 0, test_limit: 0, val_fraction: 0, eval_every: 0, checkpoint_every: 0 } });
  // Nobody labels pictures of the data that come with the page.
  await expect(page.getByRole('button', { name: 'Label pictures', exact: true })).toHaveCount(0);
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: (await zipWithWrongLabel()).zip });
  await expect(page.getByRole('checkbox', { name: 'Use green' })).toBeChecked();
  const sheet = await openSheet(page);
  await expect(sheet.getByText(/^No unlabelled pictures yet/)).toBeVisible();
  if (shots) await page.screenshot({ path: `${shots}/label-empty.png` });
  const files = sheet.getByLabel('Unlabelled pictures to add', { exact: true });
  await files.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await expect(sheet.getByText(/^There is no picture among these files/)).toBeVisible();
  await files.setInputFiles(await unlabelled());
  await expect(sheet.getByText('0 of 7 pictures labelled.')).toBeVisible();
  await sheet.getByRole('button', { name: /^Undo/ }).click();
  await expect(sheet.getByText(/^No unlabelled pictures yet/)).toBeVisible();
  await page.keyboard.press('Control+y');
  await expect(sheet.getByText('0 of 7 pictures labelled.')).toBeVisible();
  await expect(sheet.getByText(/^1 picture cannot be read and is left out: /)).toBeVisible();
  await expect(sheet.getByText(/as the pretrained model sees them/)).toBeVisible();
  await expect(sheet.locator('canvas[data-ready]')).toBeVisible();

  const picture = sheet.getByRole('region', { name: /^Picture / });
  const name = () => picture.getAttribute('aria-label');
  const labelled = (count: number) => expect(sheet.getByText(`${count} of 7 pictures labelled.`)).toBeVisible();
  /** The class that the pixels have: photo 0 and 3 are of the first hue. */
  const keyOf = (of: string | null) => ({ red: '3', green: '2', blue: '1' })[(['red', 'green', 'blue'] as const)[Number(/photo-(\d)/.exec(of ?? '')?.[1]) % 3] ?? 'red'];
  const first = await name();
  await expect(picture).toBeFocused();
  await page.keyboard.press(keyOf(first));
  await labelled(1);
  await expect(picture).not.toHaveAttribute('aria-label', first!);
  await page.keyboard.press('Control+z');
  await labelled(0);
  await page.keyboard.press(keyOf(first));
  await labelled(1);
  await page.keyboard.press('Backspace');
  await labelled(0);
  await expect(picture).toHaveAttribute('aria-label', first!);
  await page.keyboard.press('s');
  await expect(picture).not.toHaveAttribute('aria-label', first!);
  const second = await name();
  await page.keyboard.press(keyOf(second));
  await labelled(1);
  // By the mouse as well.
  const third = await name();
  await picture.getByRole('button', { name: { 1: 'blue', 2: 'green', 3: 'red' }[keyOf(third)] }).click();
  await labelled(2);

  await sheet.getByRole('button', { name: 'Train with them' }).click();
  const curve = sheet.getByRole('group', { name: /^Accuracy by labels/ });
  await expect(curve).toBeVisible({ timeout: ended });
  await expect(sheet.getByText(/^No label since the last training\. The run goes on/)).toBeVisible();
  const guess = sheet.getByText(/^The model says (red|green|blue) \(/);
  await expect(guess).toBeVisible({ timeout: ended });
  await page.keyboard.press('Space');
  await labelled(3);
  await sheet.getByRole('button', { name: /^Accept / }).click();
  await labelled(4);
  await sheet.getByRole('button', { name: 'Train with them' }).click();
  await expect(sheet.getByRole('group', { name: /^Accuracy by labels.* with 4 labels/ })).toBeVisible({ timeout: ended });
  await expect(sheet.getByText(/doubts most/)).toBeVisible({ timeout: ended });
  await expect(sheet.getByRole('group', { name: /random order/ })).toBeVisible();
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/label.png` });
  await page.setViewportSize({ width: 390, height: 800 });
  if (shots) await page.screenshot({ path: `${shots}/label-narrow.png` });
  await nothingSticksOut(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  if (shots) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: `${shots}/label-dark.png` });
    await page.emulateMedia({ colorScheme: 'light' });
  }

  await page.reload();
  const again = await openSheet(page);
  await expect(again.getByText('4 of 7 pictures labelled.')).toBeVisible();
  await expect(again.getByRole('group', { name: /^Accuracy by labels.* with 4 labels/ })).toBeVisible();
  await expect(again.locator('canvas[data-ready]')).toBeVisible();
  await expect(again.getByText(/^The model says /)).toBeVisible();
  await expect(again.getByRole('region', { name: /^Picture / })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(again).toHaveCount(0);
  await expect(page.getByText('28 to train', { exact: false }).first()).toBeVisible();
});

test('the camera takes pictures without a label', async ({ page, context }) => {
  await context.grantPermissions(['camera']);
  await openStudio(page);
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: 'colours.zip', mimeType: 'application/zip', buffer: (await zipWithWrongLabel()).zip });
  await expect(page.getByRole('checkbox', { name: 'Use green' })).toBeChecked();
  const sheet = await openSheet(page);
  await sheet.getByRole('button', { name: 'Camera', exact: true }).click();
  const take = sheet.getByRole('button', { name: 'Hold to take pictures' });
  await expect(take).toBeEnabled();
  await expect(sheet.getByRole('button', { name: 'Add 0 pictures' })).toBeDisabled();
  await take.focus();
  await page.keyboard.down('Space');
  await expect(sheet.getByRole('button', { name: /^Add [2-9] pictures/ })).toBeVisible();
  await page.keyboard.up('Space');
  await expect(take).toBeVisible();
  if (shots) await page.screenshot({ path: `${shots}/label-camera.png` });
  await sheet.getByRole('button', { name: /^Add \d+ pictures/ }).click();
  await expect(sheet.getByText(/^0 of \d+ pictures labelled\./)).toBeVisible();
  await expect(sheet.getByRole('region', { name: /^Picture camera-/ })).toBeVisible();
  expect(await page.evaluate(() => document.querySelector('video'))).toBeNull();
});
