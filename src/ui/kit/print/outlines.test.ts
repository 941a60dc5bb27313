import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'opentype.js';
import { expect, test } from 'vitest';
import { outline, printable } from './outlines';

const folder = createRequire(import.meta.url).resolve('@fontsource/source-sans-3/package.json').replace(/package\.json$/, 'files/');
const font = (script: string, weight: number) => parse(Uint8Array.from(readFileSync(`${folder}source-sans-3-${script}-${weight}-normal.woff`)).buffer);
const parts = ['latin', 'latin-ext', 'greek'].map((script) => ({ regular: font(script, 400), bold: font(script, 600) }));

test('every letter of a figure has an outline, in both weights', () => {
  const words = 'RandLoRA r 8 – 70.2 ± 0.9 % × −1.5 · κ² αβσρΔµ “Łódź” † … é½';
  expect(printable(words, parts)).toBe(words);
  for (const bold of [false, true]) expect([...words].filter((char) => char.trim() && outline(char, parts, bold, 0, 0, 10) === '')).toEqual([]);
});

test('an outline lies in the box of its letter', () => {
  const glyph = parts[0]!.regular.charToGlyph('H');
  const { x1, y1, x2, y2 } = glyph.getPath(5, 20, 10).getBoundingBox();
  expect(x1).toBeGreaterThan(5);
  expect(x2).toBeLessThan(5 + (10 * glyph.advanceWidth) / 1000);
  // Capitals of this typeface are 0.656 em high and stand on the line.
  expect([y1, y2].map((y) => Number(y.toFixed(2)))).toEqual([13.44, 20]);
});

test('what the typeface lacks is spelled, or stands there by its number', () => {
  expect(printable('a → b ≤ c, ﬁ ① \ufe0f中😀', parts)).toBe('a -> b <= c, fi 1 [U+4E2D][U+1F600]');
});
