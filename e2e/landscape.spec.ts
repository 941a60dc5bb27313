import type { Locator, Page } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { ended, goTo, openStudio } from './studioHelp';
import { tinyFolder } from './tinyModels';

let dir = '';
test.beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fullrank-landscape-'));
});
test.afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Saves a figure as a picture and checks that it stands alone: read by itself, with words and colours of its own, dark on light. */
async function picture(page: Page, figure: Locator, words: string[]): Promise<void> {
  await figure.getByRole('button', { name: /^Export/ }).click();
  const [saved] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: /^SVG/ }).click()]);
  const svg = readFileSync(await saved.path(), 'utf8');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img"[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc><rect width="100%" height="100%" fill="#fff"\/>/);
  expect(svg).not.toMatch(/var\(|class=|style=|NaN|color-mix|light-dark|url\((?!#)/);
  for (const word of words) expect(svg).toContain(word);
  expect(await page.evaluate(async (text) => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await image.decode();
    return image.naturalWidth;
  }, svg)).toBeGreaterThan(200);
}

/** Waits until the surface is drawn: something else than the page's ground under the names. */
const drawn = (figure: Locator): Promise<void> =>
  expect.poll(async () => {
    await figure.locator('[class*=_tag_]').evaluateAll((names) => names.forEach((one) => ((one as HTMLElement).style.visibility = 'hidden')));
    const { data } = await sharp(await figure.locator('canvas').screenshot()).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const shades = new Map<number, number>();
    for (let i = 0; i < data.length; i += 3) shades.set(data.readUIntBE(i, 3), (shades.get(data.readUIntBE(i, 3)) ?? 0) + 1);
    return 1 - Math.max(...shades.values()) / (data.length / 3);
  }, 'part of the picture that the surface covers').toBeGreaterThan(0.03);

async function saved(page: Page, figure: Locator, kind: string): Promise<Buffer> {
  await figure.getByRole('button', { name: /^Export/ }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: new RegExp(`^${kind}`) }).click()]);
  return readFileSync(await download.path());
}

test('the walk: one button trains three runs and measures their plane, by keys; then the panel, what the methods did to the model, figures as files, over a reload', async ({ page }) => {
  await openStudio(page, { methods: ['lora'], landscapeImages: 16, landscapeOn: 'train', landscapeRange: 'near', theme: 'dark', train: { steps: 2, eval_every: 0, checkpoint_every: 0 } });
  // A hundred points and a look inside cost a hundredth of what they cost with the bundled model.
  await page.getByLabel('Choose a model folder').setInputFiles(await tinyFolder(dir, 'vit'));
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('tiny-vit');
  const region = page.getByRole('region', { name: 'Loss landscape' });
  const inside = page.getByRole('region', { name: 'Inside the model' });
  await goTo(page, 'Landscape');
  await expect(region.getByText('Train three runs on this model and data')).toBeVisible();

  // The lesson: empty, waiting, measured.
  await goTo(page, 'Lessons');
  await page.getByRole('link', { name: 'What lies between three models?', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('One valley, or several?');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Which way down ends lowest?');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What does the plane through them show?');
  await expect(page.getByText('Recorded landscape').filter({ visible: true })).toBeVisible();
  await page.getByRole('button', { name: 'Train LoRA, Full and RandLoRA, then measure the plane' }).focus();
  await page.keyboard.press('Enter');
  const lesson = page.getByRole('complementary', { name: 'Lesson text' });
  await expect(lesson.getByText(/^0 of 3 runs are trained/)).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Measuring the landscape' })).toBeVisible({ timeout: ended });
  await expect(page.getByRole('button', { name: 'Measure again' })).toBeEnabled({ timeout: ended });
  await expect(lesson.getByText(/81 of 81 points were measured, each on the same 16 of \d+ training pictures\./)).toBeVisible();
  const says: [string, RegExp][] = [
    ['Where did they all begin?', /off the plane/],
    ['Which ways did they go?', /^LoRA goes from a loss of .* to .* in 2 steps/],
    ['Is there a ridge between them?', /(lie in one valley|ridge).*the straight line between its ends/i],
    ['Is it as in the paper?', /^Deeper: (yes|no|not decided), .*Connected to full fine-tuning: (yes|no)/],
  ];
  for (const [title, sentence] of says) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(lesson.getByText(sentence).first()).toBeVisible();
  }
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await goTo(page, 'Landscape');
  // The panel has the same plane, and measures another.
  await expect(region.getByText(/the same at every point/)).toBeVisible();
  await expect(region.getByText(/path leaves the plane by up to/).first()).toBeVisible();
  await expect(region.getByLabel('Grid')).toHaveValue('9');
  await region.getByLabel('Grid').selectOption('5');
  await region.getByRole('button', { name: 'Measure again' }).click();
  await expect(region.getByRole('progressbar', { name: 'Measuring the landscape' })).toBeVisible();
  await expect(region.getByRole('button', { name: 'Measure again' })).toBeVisible({ timeout: ended });
  await expect(region.getByText(/lie in one valley|ridge/i).first()).toBeVisible();

  // The map by keyboard: a cursor with words, and the same numbers as a table.
  const map = region.getByRole('group', { name: /^Loss on the plane through three runs/ }).first();
  await map.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageDown');
  await expect(region.getByRole('status').filter({ hasText: /^−?[\d.]+ towards RandLoRA, −?[\d.]+ off that line, \d.*a mix of LoRA \d+\s%/ })).toBeAttached();
  await region.getByRole('button', { name: 'Table' }).first().click();
  await expect(region.getByRole('region', { name: 'Table of Loss' }).getByRole('row')).toHaveCount(6);
  await region.getByRole('button', { name: 'Table' }).first().click();
  const contour = region.getByRole('figure', { name: 'Loss on training pictures' });
  await picture(page, contour, ['LoRA', 'RandLoRA', 'pretrained', 'from LoRA towards RandLoRA', '&gt;= ', '>loss<', '2 steps']);
  expect((await saved(page, contour, 'CSV')).toString().split('\n').filter((line) => line.startsWith('grid,'))).toHaveLength(25);
  const straight = region.getByRole('figure', { name: 'Loss along the straight lines between runs' });
  await picture(page, straight, ['LoRA', 'Full']);
  // All three lines are drawn, and said.
  await expect(straight.getByText(/(LoRA to RandLoRA: .* RandLoRA to Full: .* Full to LoRA: .*|No barrier between any two of them \(train\)\.) Each line has 5 points/).first()).toBeVisible();
  expect((await saved(page, straight, 'CSV')).toString().trimEnd().split('\n')).toHaveLength(1 + 3 * 4 + 1);
  expect((await saved(page, region.getByRole('figure', { name: 'Surface' }), 'PNG')).toString('latin1')).toMatch(/^\u0089PNG/);

  // It is there again after the view was left.
  const surface = region.getByRole('figure', { name: 'Surface' });
  await drawn(surface);
  await goTo(page, 'Lessons');
  await goTo(page, 'Landscape');
  await drawn(surface);
  await expect(surface.getByText('Lengths on the ground are to scale, as on the map; height is the loss.')).toBeVisible();

  await goTo(page, 'Inside');
  await inside.getByLabel('Pictures').selectOption('16');
  await inside.getByRole('button', { name: 'Analyse updates' }).click();
  await expect(inside.getByRole('heading', { name: 'Similarity to the fully fine-tuned model' })).toBeVisible({ timeout: ended });
  await expect(inside.getByText(/^LoRA stops at rank \d+/).or(inside.getByText(/LoRA stops at rank \d+/)).first()).toBeVisible();
  await expect(inside.getByText('Forgetting is measured as this drift alone')).toBeVisible();
  await picture(page, inside.getByRole('figure', { name: 'Spectrum of the update' }), ['RandLoRA', 'singular value']);
  await picture(page, inside.getByRole('figure', { name: 'Similarity to the fully fine-tuned model' }), ['linear CKA']);
  await picture(page, inside.getByRole('figure', { name: 'Cosines between the updates' }), ['LoRA and Full', 'query']);
  await picture(page, inside.getByRole('figure', { name: 'Distance from the pretrained model' }), ['drift', 'RandLoRA']);
  const layers = inside.getByRole('figure', { name: 'Update of each layer' });
  await picture(page, layers, ['LoRA', 'query']);
  await layers.getByRole('button', { name: 'Stable rank' }).click();
  expect((await saved(page, layers, 'CSV')).toString()).toMatch(/^layer,run,rank,full rank,stable rank,/);
  expect(await serious(page)).toEqual([]);

  await expect(page.getByText(/^Keeping a copy/)).toHaveCount(0);
  await page.reload();
  await expect(inside.getByText(/LoRA stops at rank \d+/).first()).toBeVisible();
  await goTo(page, 'Landscape');
  await expect(region.getByText(/the same at every point/)).toBeVisible();
});

test('a walk that is cancelled keeps what was trained, and its button trains the rest', async ({ page }) => {
  await openStudio(page, { methods: ['lora'], train: { steps: 5000, eval_every: 0, checkpoint_every: 0 } });
  await page.goto('/#/lessons?lesson=landscape&part=2');
  // The panel beneath, out of sight, has the same button.
  const lesson = page.getByRole('complementary', { name: 'Lesson text' });
  const button = lesson.getByRole('button', { name: /^Train .* then measure the plane$/ });
  await expect(button).toBeEnabled();
  await button.click();
  await expect(lesson.getByText(/^Step [1-9]\d* of 5,?000\.$/)).toBeVisible({ timeout: ended });
  await lesson.getByRole('button', { name: 'Cancel' }).click();
  await expect(lesson.getByRole('button', { name: 'Train Full and RandLoRA, then measure the plane' })).toBeEnabled({ timeout: ended });
  await expect(page.getByRole('progressbar', { name: 'Measuring the landscape' })).toHaveCount(0);
});

test('without WebGL the map has the room of the surface, and a presentation has maps alone', async ({ page, problems }) => {
  problems.allow(/WebGL/);
  await page.addInitScript(() => {
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: [string, ...unknown[]]) {
      return /webgl/.test(args[0]) ? null : getContext.apply(this, args as never);
    } as never;
  });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto('/#/landscape');
  const figures = page.getByRole('region', { name: 'Recorded landscape' }).getByRole('figure');
  await expect(figures.nth(1)).toContainText('draws no surface');
  const widths = await figures.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width / one.parentElement!.clientWidth));
  expect(widths[0]).toBeGreaterThan(0.65);
  await page.goto('/#/landscape?present=1&part=2');
  await expect(page.locator('[data-map]').filter({ visible: true })).toHaveCount(1);
  await expect(page.locator('[data-surface]').filter({ visible: true })).toHaveCount(0);
});

test.describe('with own runs', () => {
  test.use({ storageState: ({ trained }, use) => use(trained) });

  test('what was recorded stays below the form until something is measured', async ({ page }) => {
    await openStudio(page, {}, 'Inside');
    const inside = page.getByRole('region', { name: 'Inside the model' });
    await expect(inside.getByRole('checkbox', { name: /LoRA/ }).first()).toBeVisible();
    await expect(inside.getByRole('region', { name: 'Recorded runs' }).getByRole('figure')).toHaveCount(2);
  });
});
