import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// Where a browser paints without a card, each layer of `opacity` lowers a dark ground by one step under all of its box: sixty lines made it black.
test('no line and no band of a chart is a layer of its own', () => {
  const sheets = ['./Plot', './board', '../../core/figures/landscape', '../../core/figures/Heat'].map((name) => readFileSync(new URL(`${name}.module.css`, import.meta.url), 'utf8'));
  const layers = sheets.flatMap((sheet) => [...sheet.matchAll(/([^{}]+)\{[^{}]*[\s;{]opacity:/g)].map(([, selector = '']) => selector.replace(/\/\*.*?\*\//gs, '').trim()));
  // Marks are small, and words are no drawing.
  expect(layers).toEqual(['svg.pale', 'svg.dim, .word.dim', '.dl.dim']);
});
