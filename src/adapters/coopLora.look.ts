import { bar, type Look } from './look.meta';

/** Words that learn in front of a name that is given, and LoRA's factors. */
export const look: Look = {
  colour: 'blue',
  dash: 'dashes',
  marker: 'square',
  glyph: { fixed: bar(20, 7, 10, 6), learns: `${bar(2, 7, 6, 6)}${bar(11, 7, 6, 6)}${bar(50, 0, 3, 20)}${bar(55, 0, 9, 3)}`, sign: 'M37 10h6M40 7v6', bare: true },
};
