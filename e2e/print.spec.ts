import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { expect, test } from './fixtures';

const sheet = (page: Page) => page.getByRole('dialog', { name: 'For print' });

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

test('a comparison and its curves at the width of a column: PDF and SVG without text that could shift, table and caption', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto('/#/compare');
  for (const name of [/^Accuracy against trainable/, /^(Validation|Test) accuracy/]) {
    const figure = page.getByRole('figure', { name });
    await figure.getByRole('button', { name: /^Export/ }).click();
    await figure.getByRole('button', { name: /^For print/ }).click();
    await expect(sheet(page).getByTestId('paper')).toBeVisible();
    const pdf = await saved(page, /^PDF/);
    const [, width, height] = (/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1')) ?? []).map(Number);
    expect(width).toBeCloseTo(234, 1);
    expect(Math.abs(height! - 156)).toBeLessThan(2);
    expect(pdf.toString('latin1')).not.toMatch(/\/(BaseFont|FontFile\d?|Image)\b/);
    expect(operators(pdf)).toMatch(/ c\n/);
    expect(operators(pdf)).not.toMatch(/(^|\s)(BT|ET|Tj|TJ|Tf)(\s|$)/);
    const svg = (await saved(page, /^SVG/)).toString();
    expect(svg).toMatch(/^<svg [^>]*width="3\.25in"/);
    expect(svg).not.toMatch(/<(text|tspan|image|use|style)\b|NaN|undefined/);
    expect(await badNames(page, svg)).toEqual([]);
    // Nobody is told on paper what to do on a screen.
    await expect(sheet(page)).not.toContainText(/Point at|stand side by side/);
    await expect(sheet(page).getByTestId('print-table')).toContainText(/\\toprule[^]*\$\\pm\$[^]*\\bottomrule/);
    await expect(sheet(page)).toContainText(/1,000 test pictures, 5 seeds\..*Made with Fullrank \d+\.\d+\.\d+/);
    await page.keyboard.press('Escape');
  }
});
