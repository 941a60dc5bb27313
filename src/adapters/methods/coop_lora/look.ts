import { bar, type Look } from '../../look.meta';

/** Words that learn in front of a name, above LoRA's factors. */
export const look: Look = {
  colour: 'blue',
  dash: 'dashDot',
  marker: 'square',
  glyph: { fixed: bar(42, 0, 18, 5), learns: `${[0, 13, 26].map((x) => bar(x + 2, 0, 10, 5)).join('')}${bar(24, 8, 3, 12)}${bar(30, 8, 16, 3)}`, bare: true },
};
