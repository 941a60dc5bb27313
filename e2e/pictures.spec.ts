import type { Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { hold, letGo, withHolding } from './hold';
import { openStudio } from './studioHelp';
import { longestTask } from './tasks';
import { nothingSticksOut } from './layout';

const shots = process.env.FULLRANK_SHOTS;
let folder = '';
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fullrank-pictures-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A PNG of 8 x 8 pixels of which no two are the same: written here, since ten thousand through a library take a minute. */
function png(seed: number): Uint8Array {
  const rows = Buffer.alloc(8 * 25);
  let state = seed + 1;
  for (let i = 0; i < rows.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    rows[i] = i % 25 === 0 ? 0 : state >>> 24;
  }
  const chunk = (type: string, body: Buffer) => {
    const out = Buffer.alloc(12 + body.length);
    out.writeUInt32BE(body.length);
    out.write(type, 4, 'latin1');
    body.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
    return out;
  };
  const head = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 0]);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 1 })), chunk('IEND', Buffer.alloc(0))]);
}

/** From now on changes of data stay on their way to the page's database, until what it gives is called. */
async function slowlyKept(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const { commit } = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function (this: IDBTransaction) {
      const held = this.objectStoreNames.contains('edits') && !(window as { keepEdits?: boolean }).keepEdits;
      // A transaction stays open while something is asked of it.
      if (held) this.objectStore('edits').get('').onsuccess = () => this.commit();
      else commit.call(this);
    };
  });
  return () => page.evaluate(() => void ((window as { keepEdits?: boolean }).keepEdits = true));
}

test('ten thousand pictures: the page stays smooth, and only those in sight are asked for; one is left out and relabelled by keys', async ({ page, browser }) => {
  await withHolding(page);
  await page.addInitScript(() => {
    const asked = ((window as { asked?: Set<string> }).asked = new Set<string>());
    // Calls of the worker go through postMessage: `pictures(data, names)`.
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, message: { path?: string[]; argumentList?: { value: unknown }[] }, ...rest: unknown[]) {
      if (message?.path?.join() === 'pictures') for (const name of message.argumentList?.[1]?.value as string[]) asked.add(name);
      return (postMessage as (...all: unknown[]) => void).call(this, message, ...rest);
    } as typeof postMessage;
  });
  await openStudio(page);
  const files = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${i % 2 ? 'odd' : 'even'}/${String(i).padStart(5, '0')}.png`, png(i)]));
  // From the disk: bytes handed over by the test would be unpacked in the page.
  writeFileSync(join(folder, 'many.zip'), zipSync(files, { level: 0 }));
  const sheet = page.getByRole('dialog', { name: 'Pictures of odd' });
  const cells = sheet.getByRole('gridcell');
  const grid = sheet.getByRole('grid');
  const longest = await longestTask(browser, page, async () => {
    await page.getByLabel('Choose files of pictures').setInputFiles(join(folder, 'many.zip'));
    await expect(page.getByText(/to train, .*2,000 to test/)).toBeVisible();
    await page.getByText(/^Checking pictures/).getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'See the pictures of odd' }).click();
    await expect(sheet.getByText('5,000 pictures: 4,000 to train and validate, 1,000 to test.')).toBeVisible();
    await expect(sheet.locator('canvas').first()).toBeVisible();
    expect(await cells.count()).toBeLessThan(100);
    await expect(sheet.getByRole('grid')).toHaveAttribute('aria-rowcount', /\d{3}/);
    // To the end in jumps, while an answer is on its way: what was passed is not asked for.
    await hold(page, 'pictures');
    for (let k = 1; k <= 20; k++) await grid.evaluate((element, k) => new Promise((done) => (element.scrollTo(0, (k / 20) * element.scrollHeight), requestAnimationFrame(done))), k);
    await letGo(page);
    const last = sheet.getByRole('gridcell').and(sheet.locator('[data-picture="4999"]'));
    await expect(last.locator('canvas')).toBeVisible();
  });
  expect(await page.evaluate(() => (window as { asked?: Set<string> }).asked!.size)).toBeLessThan(300);
  expect(longest).toBeLessThan(1);
  if (shots) await page.screenshot({ path: `${shots}/many.png` });

  await sheet.locator('[data-picture="4999"]').focus();
  await page.keyboard.press('Home');
  const first = sheet.locator('[data-picture="0"]');
  await expect(first).toBeFocused();
  await page.keyboard.press('ArrowRight');
  const second = sheet.locator('[data-picture="1"]');
  await expect(second).toBeFocused();
  await expect(second.getByRole('checkbox')).toBeChecked();
  await page.keyboard.press('Space');
  await expect(second.getByRole('checkbox')).not.toBeChecked();
  await expect(sheet.getByText('4,999 pictures: 3,999 to train and validate, 1,000 to test.')).toBeVisible();
  await sheet.getByRole('button', { name: /^Undo/ }).click();
  await expect(second.getByRole('checkbox')).toBeChecked();
  await second.focus();
  const keep = await slowlyKept(page);
  await page.keyboard.press('Space');
  await expect(second.getByRole('checkbox')).not.toBeChecked();
  // What is in sight can be taken back, though it is not kept yet.
  await page.keyboard.press('Control+z');
  await keep();
  await expect(second.getByRole('checkbox')).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(second.getByRole('combobox')).toBeFocused();
  await second.getByRole('combobox').selectOption('even');
  await expect(second.getByText('now even')).toBeVisible();
  // The class has the width of its picture's place.
  expect(await second.evaluate((cell) => cell.querySelector('select')!.clientWidth / cell.clientWidth)).toBeGreaterThan(0.9);
  if (shots) await page.screenshot({ path: `${shots}/relabelled.png` });
  await page.keyboard.press('Escape');
  await expect(second).toBeFocused();
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  await page.setViewportSize({ width: 390, height: 800 });
  if (shots) await page.screenshot({ path: `${shots}/many-narrow.png` });
  await nothingSticksOut(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(page.getByText('1 change to this data')).toBeVisible();
});
