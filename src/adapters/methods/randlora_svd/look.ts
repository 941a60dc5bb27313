import { bar, type Look } from '../../look.meta';

const places = [24, 42];

/** Pairs of the weight's own vectors, with two diagonals for each. */
export const look: Look = {
  colour: 'orange',
  dash: 'dashDot',
  marker: 'up',
  glyph: {
    fixed: bar(0.5, 0.5, 19, 19) + places.map((x) => bar(x, 0, 4, 20) + bar(x + 5, 0, 10, 4)).join(''),
    learns: places.map((x) => `M${x + 5} 6l4 4v3l-4-4zM${x + 5} 13l4 4v3l-4-4z`).join(''),
    bare: true,
  },
};
