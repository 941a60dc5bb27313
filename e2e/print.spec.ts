import type { Locator, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';
import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import { expect, test } from './fixtures';
import { goTo, openRun, unfold, type View } from './studioHelp';

/** Environment of a browser on a machine with one font, of letters that are all equally wide; as it is where fontconfig is not at home. */
function oneFont(): Record<string, string> {
  let font: string;
  try {
    font = execFileSync('fc-match', ['-f', '%{file}', 'monospace'], { encoding: 'utf8' });
  } catch {
    return {};
  }
  const dir = mkdtempSync(join(tmpdir(), 'fullrank-font-'));
  copyFileSync(font, join(dir, 'one.ttf'));
  writeFileSync(join(dir, 'fonts.conf'), `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${dir}</dir><cachedir>${dir}</cachedir></fontconfig>`);
  return { FONTCONFIG_FILE: join(dir, 'fonts.conf') };
}

test.use({ launchOptions: { executablePath: findChromium(), args: chromiumArgs(), env: { ...process.env, ...oneFont() } } });

const sheet = (page: Page) => page.getByRole('dialog', { name: 'For print' });
const figure = (page: Page, name: string | RegExp) => page.getByRole('figure', { name });

async function saved(page: Page, name: RegExp): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), sheet(page).getByRole('button', { name }).click()]);
  return readFileSync(await download.path());
}

/** Names that lie over one another or outside of the picture, as a browser draws it. */
async function badNames(page: Page, svg: string): Promise<string[]> {
  const drawn = await page.context().newPage();
  await drawn.setContent(`<body style="margin:0">${svg}`);
  await drawn.screenshot({ path: test.info().outputPath('figure.png') });
  const bad = await drawn.evaluate(() => {
    const frame = document.querySelector('svg')!.getBoundingClientRect();
    const names = [...document.querySelectorAll('svg g > desc')].map((desc) => ({ text: desc.textContent, box: desc.parentElement!.lastElementChild!.getBoundingClientRect() }));
    const over = (a: DOMRect, b: DOMRect) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
    return [
      ...(names.length < 8 ? ['hardly anything is named'] : []),
      ...names.filter(({ box }) => box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom).map(({ text }) => `${text} sticks out`),
      ...names.filter(({ box }, i) => names.some((other, k) => k > i && over(box, other.box))).map(({ text }) => `${text} lies over another`),
    ];
  });
  await drawn.close();
  return bad;
}

/** What a page of PDF draws, as its operators. */
const operators = (pdf: Buffer): string => [...pdf.toString('latin1').matchAll(/stream\r?\n([^]*?)\r?\nendstream/g)].map(([, bytes]) => inflateSync(Buffer.from(bytes!, 'latin1')).toString('latin1')).join('\n');

/** Opens a figure's sheet. */
async function forPrint(page: Page, of: Locator): Promise<void> {
  await of.getByRole('button', { name: /^Export/ }).click();
  await of.getByRole('button', { name: /^For print/ }).click();
  await expect(sheet(page).getByTestId('paper')).toBeVisible();
}

/**
 * The files of the figure whose sheet is open hold shapes alone, its names stand clear of one another, and it looks as its stored
 * picture (`e2e/print`) does: a word that is moved by a pixel, or lies over another, differs in a hundred. What it is drawn with
 * is the same everywhere, so the pixels that may differ are for roundings.
 */
async function holds(page: Page, name: string): Promise<void> {
  const pdf = await saved(page, /^PDF/);
  expect(pdf.toString('latin1')).not.toMatch(/\/(BaseFont|FontFile\d?|Image)\b/);
  expect(operators(pdf)).toMatch(/ c\n/);
  expect(operators(pdf)).not.toMatch(/(^|\s)(BT|ET|Tj|TJ|Tf)(\s|$)/);
  const [, width, height] = (/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1')) ?? []).map(Number);
  expect(width).toBeCloseTo(234, 1);
  const svg = (await saved(page, /^SVG/)).toString();
  expect(svg).toMatch(/^<svg [^>]*width="3\.25in"/);
  expect(Number(/height="([\d.]+)in"/.exec(svg)![1])).toBeCloseTo(height! / 72, 1);
  expect(svg).not.toMatch(/<(text|tspan|image|use|style)\b|NaN|undefined|var\(|color-mix/);
  expect(await badNames(page, svg)).toEqual([]);
  expect(await sharp(Buffer.from(svg), { density: 72 }).removeAlpha().png({ compressionLevel: 9 }).toBuffer()).toMatchSnapshot(`${name}.png`, { threshold: 0.2, maxDiffPixels: 40 });
  await expect(sheet(page)).toContainText(/Made with Fullrank \d+\.\d+\.\d+/);
  // Nobody is told on paper what to do on a screen.
  await expect(sheet(page)).not.toContainText(/Point at|stand side by side|Choose a cell|Drag/);
}

test('a comparison, its curves and its classes at the width of a column: PDF and SVG without text that could shift, table and caption', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto('/#/compare');
  await unfold(page, 'By class');
  for (const [name, of, high] of [['scatter', /^Accuracy against trainable/, 156], ['curves', /^(Validation|Test) accuracy/, 156], ['classes', /^Accuracy of each class/, 156]] as const) {
    await forPrint(page, figure(page, of));
    await holds(page, name);
    const box = (await sheet(page).getByTestId('paper').boundingBox())!;
    expect(Math.abs((box.height * 72) / 96 - high)).toBeLessThan(2);
    await expect(sheet(page).getByTestId('print-table')).toContainText(name === 'classes' ? /\\toprule[^]*T-shirt[^]*\\bottomrule/ : /\\toprule[^]*\$\\pm\$[^]*\\bottomrule/);
    await expect(sheet(page)).toContainText(/1,000 test pictures, 5 seeds\./);
    await page.keyboard.press('Escape');
  }
});

test('maps of a landscape, layers of runs, and one run’s classes and confusion for print', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto('/#/landscape');
  await page.getByRole('button', { name: 'Open the example' }).click();
  await page.getByRole('dialog', { name: 'Project' }).getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByText('55 runs finished')).toBeVisible();
  const each = async (view: View, ...of: [name: string, title: RegExp][]) => {
    await goTo(page, view);
    if (view === 'Compare') await openRun(page);
    for (const [name, title] of of) {
      await forPrint(page, figure(page, title));
      await holds(page, name);
      await page.keyboard.press('Escape');
    }
  };
  await each('Landscape', ['map', /^Loss on/]);
  await each('Inside', ['layers', /^Update of each layer/]);
  await each('Compare', ['bars', /^Accuracy of each class, %/], ['confusion', /^Confusion/]);
});

test('memory over a run and its kernels for print', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto('/#/compare');
  const memory = [0, 1, 60, 240].map((seconds, i) => ({ phase: i < 2 ? ('compile' as const) : ('train' as const), step: i, seconds, bytes: { frozen: 3 * 2 ** 20, temp: i * 5 * 2 ** 20, param: 2 ** 20, grad: 2 ** 20, state: 2 ** 21 } }));
  const times = { step: 2, kernels: Array.from({ length: 9 }, (_, i) => ({ kernel: `kernel_of_some_name_${i}`, count: i + 1, ns: (9 - i) * 1e6 })) };
  const run = runRecord({ state: 'done', created: 1000, classes: ['boot', 'shirt'], memory, times }, {}, { method: 'lora', r: 8 });
  await page.getByLabel('Add runs from a file').setInputFiles({ name: 'one.json', mimeType: 'application/json', buffer: Buffer.from(writeRuns([run], 1)) });
  await openRun(page);
  await page.locator('summary', { hasText: /^Memory over time/ }).click();
  for (const [name, of] of [['memory', /^Memory of .* over time/], ['kernels', /^Time of step 2/]] as const) {
    await forPrint(page, figure(page, of));
    await holds(page, name);
    await page.keyboard.press('Escape');
  }
});
