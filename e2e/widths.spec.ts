import type { Page } from '@playwright/test';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import type { MethodConfig, RunRecord } from '../src/train/protocol';
import { expect, test } from './fixtures';
import { everyView } from './journeys/look';
import { ended, goTo, openStudio, startButton } from './studioHelp';
import { brokenWords, colliding, nothingSticksOut, offCentre } from './widths';

const shots = process.env.FULLRANK_SHOTS;
/** A word as long as a name may be, without a place to break it, and the shortest one. */
const kinds = { long: { word: 'Donaudampfschifffahrtsgesellschaftskapitaen'.repeat(2), scale: 1e6, right: 1 }, short: { word: 'b', scale: 1e-6, right: 0 } } as const;
const words = [kinds.long.word, kinds.short.word];

/** Runs of two methods with two seeds each, and one that failed; every number as long as it gets, or as short. */
function fileOfRuns(data: string, { word, scale, right }: (typeof kinds)[keyof typeof kinds]): Buffer {
  const methods: MethodConfig[] = [{ method: 'lora', r: 8 }, { method: 'randlora', r: 4 }];
  const runs = methods.flatMap((method) =>
    [0, 1].map((seed): RunRecord => {
      const record = runRecord({ state: 'done', created: 1000 + seed, classes: words, data_title: word, model_title: word, seconds: 45_296.7 * Math.sqrt(scale), notes: word }, { seed, lr: 1.2345e-7, steps: 1_000_000 }, method);
      const summary = record.summary!;
      const bytes = { frozen: Math.round(98_765 * scale), param: Math.round(12_345 * scale), temp: 1 };
      const final = { ...summary.final!, accuracy: seed ? right : 0.5, loss: 123_456 * scale, count: 1_234_567, per_class: [right, 0.5], confusion: [[1_234_567, 0], [7, 123_456]] };
      const plan = { ...summary.plan, trainable_parameters: Math.round(1234 * scale) + 1, steps: 1_000_000, bytes };
      return { ...record, spec: { ...record.spec, id: `${word}-${record.spec.name}`, name: `${word}${record.spec.name}`.slice(scale > 1 ? 0 : -1), data, model: 'vit-nano' }, evaluations: [{ ...final, step: 2 }, final], curve: record.curve.map((point) => ({ ...point, loss: point.loss * scale })), summary: { ...summary, final, seconds: 45_296.7 * Math.sqrt(scale), images_per_second: 1234 * scale, plan, allocated: bytes, device: { ...summary.device, description: word, vendor: word } } };
    }),
  );
  const failed = runRecord({ state: 'failed', summary: null, evaluations: [], classes: words, error: { kind: 'diverged', message: word, kept: word, details: word } }, { seed: 9 }, { method: 'vera', r: 16 });
  failed.spec = { ...failed.spec, id: `${word}-failed`, name: `${word}-failed`, data };
  return Buffer.from(writeRuns([...runs, failed], 5));
}

async function zipOfPictures(): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [c, name] of words.entries()) for (let i = 0; i < 4; i++) files[`${i < 3 ? 'train' : 'test'}/${name}/${i}.png`] = await sharp({ create: { width: 16 + i, height: 16, channels: 3, background: { r: 200 * c, g: 20 * i, b: 90 } } }).png().toBuffer();
  return Buffer.from(zipSync(files));
}

async function fits(page: Page, when: string): Promise<void> {
  for (const width of [360, 390, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await nothingSticksOut(page, `${when}, at ${width}`);
    await expect.poll(() => brokenWords(page), `words broken, ${when}, at ${width}`).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/widths-${when.replaceAll(' ', '-')}-${width}.png`, fullPage: true });
  }
}

for (const kind of ['long', 'short'] as const) {
  test(`nothing sticks out of the page: ${kind} names and numbers`, async ({ page }) => {
    const { word } = kinds[kind];
    const data = `${word}.zip`;
    await openStudio(page, { methods: ['lora', 'vera', 'linear_probe', 'full'], budget: kind === 'long' ? 123_456_789 : 1, train: { steps: 1_000_000, batch: 2, train_limit: 0, test_limit: 0, eval_every: 0, checkpoint_every: 0, val_fraction: 0 } });
    await page.getByLabel('Choose files of pictures').setInputFiles({ name: data, mimeType: 'application/zip', buffer: await zipOfPictures() });
    await expect(page.getByText('6 to train, 2 to test')).toBeVisible();
    await fits(page, `${kind} start`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await goTo(page, 'Compare');
    await page.getByLabel('Add runs from a file').setInputFiles({ name: `${word}.json`, mimeType: 'application/json', buffer: fileOfRuns(data, kinds[kind]) });
    await expect(page.getByText(/^Added 5 runs from/)).toBeVisible();
    await fits(page, `${kind} runs`);
    await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
    await fits(page, `${kind} groups`);
    for (const [button, sheet] of [['Export runs', 'Export runs'], ['Project', 'Project'], ['Share', 'Share this page']] as const) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByRole('dialog', { name: sheet })).toBeVisible();
      await fits(page, `${kind} ${button}`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }

    for (const view of ['Landscape', 'Inside', 'Try', 'Lessons', 'Train'] as const) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await goTo(page, view);
      await fits(page, `${kind} ${view}`);
    }

    // The run that goes on, and those that wait.
    await startButton(page).first().click();
    await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: ended });
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: /^Resume/ })).toBeVisible();
    await fits(page, `${kind} live`);
  });
}

test('what is looked for is found: numbers that are broken, links over one another, words beside the middle of their button', async ({ page }) => {
  await page.setContent(`
    <p style="width: 40px; overflow-wrap: anywhere">1,073,741,824</p>
    <header style="position: relative; height: 40px"><a style="position: absolute; left: 0">Compare</a><a style="position: absolute; left: 30px">Try</a></header>
    <button style="display: block; width: 200px; padding: 0 40px 0 0">Train</button><button style="display: block; height: 60px; padding: 0 0 9px">Stop</button><button>Pause<span class="sr" style="position: absolute"> and more</span></button>`);
  expect(await brokenWords(page)).toEqual([expect.stringMatching(/^1,073,741,824 in/)]);
  expect(await colliding(page)).toEqual([expect.stringMatching(/^a "Compare" and a "Try" by/)]);
  expect(await offCentre(page)).toEqual([expect.stringMatching(/^"Train" \d+\.\d across/), expect.stringMatching(/^"Stop" .* 4\.5 down$/)]);
});

test.describe('on a telephone', () => {
  test.use({ storageState: ({ trained }, use) => use(trained), hasTouch: true, isMobile: true });

  test('links, signs, menu, run bar and buttons have room beside one another in every view, and words are in the middle of their buttons', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 740 });
    await openStudio(page, {}, 'Compare');
    for (const view of everyView) {
      await goTo(page, view);
      for (const width of [320, 360, 390]) {
        await page.setViewportSize({ width, height: 740 });
        const at = `${view} at ${width}`;
        await nothingSticksOut(page, at);
        await expect.poll(() => colliding(page), at).toEqual([]);
        await expect.poll(() => brokenWords(page), `words broken, ${at}`).toEqual([]);
        expect(await offCentre(page), `not in the middle, ${at}`).toEqual([]);
      }
    }
    const menu = page.locator('header summary', { hasText: 'Menu' });
    await menu.click();
    await expect(page.locator('header').getByRole('button', { name: 'Theme: auto' }).filter({ visible: true })).toHaveText('Theme: auto');
    await page.keyboard.press('Escape');
    // The device's own words and numbers, in a window over the page.
    await page.locator('header summary[title="Processor"]').click();
    for (const width of [320, 360, 390]) {
      await page.setViewportSize({ width, height: 740 });
      await nothingSticksOut(page, `the device at ${width}`);
      const report = page.locator('header [class*=_report_]');
      expect(await report.evaluate((one) => one.scrollWidth - one.clientWidth), `nothing is cut off, the device at ${width}`).toBe(0);
      await expect.poll(() => brokenWords(page), `words broken, the device at ${width}`).toEqual([]);
    }
  });
});
