import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { expect, test } from './fixtures';
import { openStudio } from './studioHelp';

test.use({ launchOptions: { executablePath: findChromium() ?? undefined, args: [...chromiumArgs(), '--use-fake-device-for-media-stream'] } });

const shots = process.env.FULLRANK_SHOTS;
const sheetOf = (page: Page) => page.getByRole('dialog', { name: 'Record pictures' });

test('two classes are recorded by mouse and by key, a picture is removed and comes back, and they are the data', async ({ page, context }) => {
  await context.grantPermissions(['camera']);
  await openStudio(page);
  await page.getByRole('button', { name: 'Camera', exact: true }).click();
  const sheet = sheetOf(page);
  const hold = sheet.getByRole('button', { name: 'Hold to record' });
  const name = sheet.getByRole('combobox', { name: 'Class to record' });
  await expect(name).toBeFocused();
  await expect(hold).toBeDisabled();
  await name.fill('a/b');
  await expect(sheet.getByText(/^A class name has no/)).toBeVisible();
  await expect(hold).toBeDisabled();
  await name.fill('cup');
  await expect(hold).toBeEnabled({ timeout: 30_000 });
  const of = (label: string) => sheet.getByRole('region', { name: label });
  const pictures = (label: string) => of(label).getByRole('listitem');
  // Held with the mouse until there are some; nothing more comes when it is let go.
  await hold.hover();
  await page.mouse.down();
  await expect(sheet.getByRole('button', { name: 'Recording' })).toBeVisible();
  await expect.poll(() => pictures('cup').count(), { timeout: 30_000 }).toBeGreaterThan(4);
  await page.mouse.up();
  await page.waitForTimeout(500);
  const many = await pictures('cup').count();
  await expect(of('cup').getByText(`${many} pictures`)).toBeVisible();
  await page.waitForTimeout(500);
  expect(await pictures('cup').count()).toBe(many);
  await expect(sheet.getByRole('button', { name: 'Use these pictures' })).toBeDisabled();

  await name.fill('keys');
  await hold.focus();
  await page.keyboard.down('Space');
  await expect.poll(() => pictures('keys').count(), { timeout: 30_000 }).toBeGreaterThan(4);
  await page.keyboard.up('Space');
  await page.waitForTimeout(300);
  await of('cup').getByRole('button', { name: 'Remove picture 1 of cup' }).click();
  await expect(pictures('cup')).toHaveCount(many - 1);
  await sheet.getByRole('button', { name: /^Undo/ }).click();
  await expect(pictures('cup')).toHaveCount(many);
  const { violations } = await new AxeBuilder({ page }).include('dialog[open]').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/camera.png` });
  await page.setViewportSize({ width: 390, height: 800 });
  if (shots) await page.screenshot({ path: `${shots}/camera-narrow.png` });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const live = () => page.evaluate(() => (document.querySelector('video')?.srcObject as MediaStream | null)?.getTracks().map(({ readyState }) => readyState));
  expect(await live()).toEqual(['live']);
  const track = await page.evaluateHandle(() => (document.querySelector('video')!.srcObject as MediaStream).getTracks()[0]!);
  await sheet.getByRole('button', { name: 'Use these pictures' }).click();
  await expect(sheet).toHaveCount(0);
  expect(await track.evaluate(({ readyState }) => readyState)).toBe('ended');
  await expect(page.getByRole('checkbox', { name: 'Use cup' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Use keys' })).toBeChecked();
  // Closed and opened again, what was recorded is still there.
  await page.getByRole('button', { name: 'Camera', exact: true }).click();
  await expect(pictures('cup')).toHaveCount(many);
});

test('a refused camera, and none at all, say so, and can be asked for again', async ({ page, context }) => {
  await context.clearPermissions();
  await openStudio(page);
  await page.getByRole('button', { name: 'Camera', exact: true }).click();
  await expect(sheetOf(page).getByRole('alert')).toContainText('The browser did not allow the camera.');
  await page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'))));
  await sheetOf(page).getByRole('button', { name: 'Try again' }).click();
  await expect(sheetOf(page).getByRole('alert')).toContainText('No camera was found.');
});
