import { bar, type Look } from '../../look.meta';

const places = [24, 36, 48];

/** Pairs of fixed matrices, with two diagonals for each. */
export const look: Look = {
  colour: 'orange',
  dash: 'solid',
  marker: 'diamond',
  glyph: {
    fixed: places.map((x) => bar(x, 0, 4, 20) + bar(x + 5, 0, 4, 4)).join(''),
    learns: places.map((x) => `M${x + 5} 6l4 4v3l-4-4zM${x + 5} 13l4 4v3l-4-4z`).join(''),
  },
};
