import { devices, type Page } from '@playwright/test';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import type { MethodConfig, RunRecord } from '../src/train/protocol';
import { belowAA } from './axe';
import { expect, test } from './fixtures';
import { allInThemes, brokenWords, colliding, covered, desk, everyView, internal, looksRight, misplaced, nothingSticksOut, offCentre, sticksOut, stuck, telephone, watchMoves } from './layout';
import { ended, goTo, moreMethods, openStudio, startButton } from './studioHelp';

test.describe('a first visit', () => {
  test.use({ fresh: true });

  test('nothing is touched: every view is whole, from what comes with the page', async ({ page }) => {
    await page.goto('/');
    await expect(startButton(page)).toBeEnabled();
    await goTo(page, 'Train');
    await moreMethods(page).click();
    // Once every method is planned its table is as wide as it will be.
    await expect(page.locator('[data-name="memory, MiB"]').filter({ hasText: '–' })).toHaveCount(0);
    const small = { width: 1280, height: 720 };
    await looksRight(page, 'Train, with all methods', [small]);
    await page.setViewportSize(small);
    expect(await belowAA(page), 'Train, with all methods').toEqual([]);
    await page.setViewportSize(desk);
    await page.getByRole('button', { name: 'See the pictures of 7', exact: true }).click();
    await expect(page.getByRole('gridcell').first().getByRole('checkbox')).toBeVisible();
    expect(await belowAA(page, 'dialog'), 'pictures of a class').toEqual([]);
    await page.keyboard.press('Escape');
    await allInThemes(page, 'untouched');
  });
});

test('the example that comes with the page: every view is whole, and nothing that has the focus lies under what sticks', async ({ page }) => {
  await page.goto('/#/compare?project=example');
  await page.getByRole('button', { name: 'Open this project' }).click();
  await page.getByRole('dialog', { name: 'Project' }).getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByText('55 runs finished')).toBeVisible();
  await allInThemes(page, 'the example', ['Train', 'Compare', 'Landscape', 'Inside', 'Try']);
  for (const view of [...everyView, 'lesson'] as const) {
    await page.setViewportSize(desk);
    if (view === 'lesson') await page.locator('[data-view=lessons]').getByRole('link').first().click();
    else await goTo(page, view);
    for (const size of [telephone, { width: 740, height: 360 }, { width: 1000, height: 600 }]) {
      await page.setViewportSize(size);
      if (size.height < 480) await expect.poll(() => stuck(page), view).toEqual([]);
      expect(await covered(page), `${view} at ${size.width} x ${size.height}`).toEqual([]);
    }
  }
});

test.describe('a sheet on a low window', () => {
  test.use({ storageState: ({ trained }, use) => use(trained) });

  test('scrolls within itself, with its title and its way out in sight', async ({ page }) => {
    await openStudio(page);
    await goTo(page, 'Compare');
    await page.getByRole('button', { name: 'Make a web page' }).click();
    const sheet = page.getByRole('dialog', { name: /^Export / });
    await sheet.getByText('Where to put it').click();
    for (const size of [{ width: 1280, height: 600 }, { width: 844, height: 390 }, { width: 667, height: 375 }, { width: 360, height: 640 }]) {
      await page.setViewportSize(size);
      for (const end of ['start', 'end'] as const) {
        await sheet.evaluate((dialog, at) => dialog.scrollTo(0, at === 'end' ? dialog.scrollHeight : 0), end);
        const label = `${size.width} x ${size.height}, ${end}`;
        await expect(sheet.getByRole('heading', { name: /^Export / }), label).toBeInViewport({ ratio: 1 });
        await expect(sheet.getByRole('button', { name: 'Close' }), label).toBeInViewport({ ratio: 1 });
        const { top, bottom } = await sheet.evaluate((dialog) => dialog.getBoundingClientRect());
        expect([top >= 0, bottom <= size.height], label).toEqual([true, true]);
      }
    }
  });
});

/** A word as long as a name may be, without a place to break it, and the shortest one; numbers as long as they get, or as short. */
const kinds = [{ word: 'Donaudampfschifffahrtsgesellschaftskapitaen'.repeat(2), scale: 1e6, right: 1 }, { word: 'b', scale: 1e-6, right: 0 }] as const;
const words = kinds.map(({ word }) => word);

/** Runs of two methods with two seeds each, and one that failed. */
function runsOf(data: string, { word, scale, right }: (typeof kinds)[number]): RunRecord[] {
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
  return [...runs, failed];
}

async function zipOfPictures(): Promise<Buffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [c, name] of words.entries()) for (let i = 0; i < 4; i++) files[`${i < 3 ? 'train' : 'test'}/${name}/${i}.png`] = await sharp({ create: { width: 16 + i, height: 16, channels: 3, background: { r: 200 * c, g: 20 * i, b: 90 } } }).png().toBuffer();
  return Buffer.from(zipSync(files));
}

/** Nothing sticks out or is broken from the narrowest telephone to the widest screen. */
async function fits(page: Page, when: string): Promise<void> {
  for (const width of [320, 360, 390, 768, 1024, 1280, 1440, 1920, 2560, 3840]) {
    await page.setViewportSize({ width, height: 900 });
    await nothingSticksOut(page, `${when}, at ${width}`);
    if (width >= 360) await expect.poll(() => brokenWords(page), `words broken, ${when}, at ${width}`).toEqual([]);
  }
  await page.setViewportSize(desk);
}

test('names and numbers as long and as short as they get have room in every view, sheet and state', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'vera', 'linear_probe', 'full'], budget: 123_456_789, train: { steps: 1_000_000, batch: 2, train_limit: 0, test_limit: 0, eval_every: 0, checkpoint_every: 0, val_fraction: 0 } });
  const data = `${words[0]}.zip`;
  await page.getByLabel('Choose files of pictures').setInputFiles({ name: data, mimeType: 'application/zip', buffer: await zipOfPictures() });
  await expect(page.getByText('6 to train, 2 to test')).toBeVisible();
  await goTo(page, 'Compare');
  const table = page.getByRole('region', { name: 'Runs', exact: true }).getByRole('table');
  for (const kind of kinds) await page.getByLabel('Add runs from a file').setInputFiles({ name: `${kind.word}.json`, mimeType: 'application/json', buffer: Buffer.from(writeRuns(runsOf(data, kind), 5)) });
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(table.getByRole('rowheader')).toHaveCount(10);
  await fits(page, 'runs');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('seed');
  for (const name of ['Export runs', 'Project', 'Share']) {
    await page.getByRole('button', { name, exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await fits(page, name);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  for (const view of everyView) {
    await goTo(page, view);
    await fits(page, view);
  }
  // The run that goes on, and those that wait.
  await goTo(page, 'Train');
  await startButton(page).first().click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: ended });
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: /^Resume/ })).toBeVisible();
  await fits(page, 'a run');
  // The device's own words and numbers, in a window over the page.
  await page.locator('header summary[title="Processor"]').click();
  await fits(page, 'the device');
});

for (const isSlow of [false, true])
  test(`nothing moves by itself: while the page opens${isSlow ? ' over a slow network' : ''}, and while its views are gone through`, async ({ page }) => {
    await page.setViewportSize(desk);
    const moved = await watchMoves(page);
    // Parts come one after another, and late, as over a network of a school.
    if (isSlow) {
      // What a view shows is asked for alone: parts of other views, which are fetched ahead one after another, move nothing and take most of the time.
      await page.addInitScript(() => {
        if (location.hash !== '') window.requestIdleCallback = () => 0;
      });
      await page.route('**/assets/*', async (route) => {
        await new Promise((go) => setTimeout(go, 40 + (route.request().url().length % 7) * 40));
        await route.continue();
      });
    }
    const still = async (when: string) => {
      const { score, what } = await moved();
      expect(score, `${when}: ${what.join('; ')}`).toBeLessThan(0.05);
    };
    for (const view of everyView) {
      // Each is the first that a page shows.
      await page.goto('about:blank');
      await page.goto(`/#/${view.toLowerCase()}`);
      await expect(page.locator(`[data-view=${view.toLowerCase()}]`)).toBeVisible();
      await page.waitForLoadState('networkidle');
      await still(`${view}, opened`);
    }
    await page.goto('/');
    await expect(startButton(page)).toBeEnabled();
    for (const view of everyView) await goTo(page, view);
    await still('gone through');
  });

test('what is looked for is found', async ({ page }) => {
  await page.setContent(`
    <div style="position: relative; height: 60px"><b style="position: absolute; left: 10px">accuracy</b><i style="position: absolute; left: 30px">memory</i></div>
    <p style="width: 60px; overflow: hidden; white-space: nowrap">a sentence that is cut</p>
    <p style="width: 60px; overflow: hidden; white-space: nowrap" title="a sentence with its whole elsewhere">a sentence with its whole elsewhere</p>
    <p style="width: 60px; overflow: hidden; white-space: nowrap" aria-label="words that are only spoken whole">words that are only spoken whole</p>
    <p style="width: 60px; overflow: auto; white-space: nowrap">a sentence that is scrolled to</p>
    <p>NaN % of undefined</p><code>null</code>`);
  expect(await misplaced(page)).toEqual([expect.stringMatching(/^"a sentence that is cut" is cut by p/), expect.stringMatching(/^"words that are only spoken whole" is cut by p/), expect.stringMatching(/^"accuracy" and "memory" lie over one another by/)]);
  expect(await internal(page)).toEqual(['NaN in "NaN % of undefined"', 'undefined in "NaN % of undefined"']);
  await page.setContent(`
    <p style="width: 40px; overflow-wrap: anywhere">1,073,741,824</p>
    <header style="position: relative; height: 40px"><a style="position: absolute; left: 0">Compare</a><a style="position: absolute; left: 30px">Try</a></header>
    <button style="display: block; width: 200px; padding: 0 40px 0 0">Train</button><button style="display: block; height: 60px; padding: 0 0 9px">Stop</button><button>Pause<span class="sr" style="position: absolute"> and more</span></button>`);
  expect(await brokenWords(page)).toEqual([expect.stringMatching(/^1,073,741,824 in/)]);
  expect(await colliding(page)).toEqual([expect.stringMatching(/^a "Compare" and a "Try" by/)]);
  expect(await offCentre(page)).toEqual([expect.stringMatching(/^"Train" \d+\.\d across/), expect.stringMatching(/^"Stop" .* 4\.5 down$/)]);
  await page.setContent('<header style="position: sticky; top: 0; height: 40px"></header><div style="height: 3000px"></div><button style="display: block; margin-bottom: 2000px">below</button>');
  expect(await covered(page)).toEqual([]);
  await page.addStyleTag({ content: 'header { height: 100vh !important; }' });
  expect(await covered(page)).toEqual([expect.stringMatching(/^BUTTON "below" at \d+ under/)]);
  await page.setContent('<p style="width: 2000px">wide</p>');
  expect(await sticksOut(page)).toEqual([expect.stringMatching(/^the page is 20\d\d wide/), expect.stringMatching(/^p\. "wide" from 8 to 2008$/)]);
});

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];

test.describe('on a telephone', () => {
  test.use({ ...pixel, viewport: telephone });

  test('one watches first, and goes through the views by the menu', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Play the recorded runs' })).toBeVisible();
    for (const view of everyView) {
      await goTo(page, view);
      for (const width of [320, 390, 360]) {
        await page.setViewportSize({ width, height: 740 });
        await looksRight(page, `${view}, on a telephone`, [{ width, height: 740 }]);
      }
    }
    await goTo(page, 'Start');
    await expect(page.getByRole('button', { name: 'Train anyway' })).toBeEnabled();
  });
});

test.describe('on a telephone where runs are', () => {
  test.use({ storageState: ({ trained }, use) => use(trained), hasTouch: true, isMobile: true });

  test('links, signs, menu, run bar and buttons have room in every view, and the device in its window', async ({ page }) => {
    const sizes = [320, 360, 390].map((width) => ({ width, height: 740 }));
    await page.setViewportSize({ width: 390, height: 740 });
    await openStudio(page, {}, 'Compare');
    for (const view of everyView) {
      await goTo(page, view);
      await looksRight(page, view, sizes);
    }
    await page.locator('header summary', { hasText: 'Menu' }).click();
    await expect(page.locator('header').getByRole('button', { name: 'Theme: auto' }).filter({ visible: true })).toHaveText('Theme: auto');
    await page.keyboard.press('Escape');
    // The device's own words and numbers, in a window over the page.
    await page.locator('header summary[title="Processor"]').click();
    for (const size of sizes) {
      await page.setViewportSize(size);
      await nothingSticksOut(page, `the device at ${size.width}`);
      expect(await page.locator('header [class*=_report_]').evaluate((one) => one.scrollWidth - one.clientWidth), `nothing is cut off, the device at ${size.width}`).toBe(0);
      await expect.poll(() => brokenWords(page), `words broken, the device at ${size.width}`).toEqual([]);
    }
  });
});
