import { bar, type Look } from '../../look.meta';

/** LoRA's factors, and a pair of RandLoRA's with its diagonals. */
export const look: Look = {
  colour: 'orange',
  dash: 'dashes',
  marker: 'square',
  glyph: { fixed: bar(50, 0, 4, 20) + bar(55, 0, 4, 4), learns: `${bar(24, 0, 3, 20)}${bar(29, 0, 9, 3)}M55 6l4 4v3l-4-4zM55 13l4 4v3l-4-4z`, sign: 'M41 10h6M44 7v6' },
};
