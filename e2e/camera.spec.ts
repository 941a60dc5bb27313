import type { Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { openStudio } from './studioHelp';
import { nothingSticksOut } from './layout';

test.use({ launchOptions: { executablePath: findChromium() ?? undefined, args: [...chromiumArgs(), '--use-fake-device-for-media-stream'] } });

const shots = process.env.FULLRANK_SHOTS;
/** Waits for so many pictures of the camera. */
const frames = (page: Page, count: number) =>
  page.evaluate(
    (count) =>
      new Promise<void>((done) => {
        const video = document.querySelector('video')!;
        const next = () => (count-- > 0 ? video.requestVideoFrameCallback(next) : done());
        next();
      }),
    count,
  );
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
  await expect(hold).toBeEnabled();
  const of = (label: string) => sheet.getByRole('region', { name: label });
  const pictures = (label: string) => of(label).getByRole('listitem');
  // Held with the mouse until there are some; nothing more comes when it is let go.
  await hold.hover();
  await page.mouse.down();
  await expect(sheet.getByRole('button', { name: 'Recording' })).toBeVisible();
  await expect.poll(() => pictures('cup').count()).toBeGreaterThan(4);
  await page.mouse.up();
  await expect(hold).toBeVisible();
  // What was taken last is still being packed.
  await frames(page, 20);
  const many = await pictures('cup').count();
  await expect(of('cup').getByText(`${many} pictures`)).toBeVisible();
  await frames(page, 20);
  expect(await pictures('cup').count()).toBe(many);
  await expect(sheet.getByRole('button', { name: 'Use these pictures' })).toBeDisabled();

  await name.fill('keys');
  await hold.focus();
  await page.keyboard.down('Space');
  await expect.poll(() => pictures('keys').count()).toBeGreaterThan(4);
  await page.keyboard.up('Space');
  await expect(hold).toBeVisible();
  await of('cup').getByRole('button', { name: 'Remove picture 1 of cup' }).click();
  await expect(pictures('cup')).toHaveCount(many - 1);
  await sheet.getByRole('button', { name: /^Undo/ }).click();
  await expect(pictures('cup')).toHaveCount(many);
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/camera.png` });
  await page.setViewportSize({ width: 390, height: 800 });
  if (shots) await page.screenshot({ path: `${shots}/camera-narrow.png` });
  await nothingSticksOut(page);
  const live = () => page.evaluate(() => (document.querySelector('video')?.srcObject as MediaStream | null)?.getTracks().map(({ readyState }) => readyState));
  expect(await live()).toEqual(['live']);
  const track = await page.evaluateHandle(() => {
    const [one] = (document.querySelector('video')!.srcObject as MediaStream).getTracks();
    if (!one) throw new Error('The camera has no track.');
    return one;
  });
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
