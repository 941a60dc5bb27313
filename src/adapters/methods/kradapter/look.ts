import { bar, type Look } from '../../look.meta';

/** Each row of a short matrix times all of another. */
export const look: Look = {
  colour: 'pink',
  dash: 'long',
  marker: 'up',
  glyph: { learns: [0, 7, 14].map((y) => bar(24, y, 8, 5) + bar(42, y, 14, 5)).join(''), sign: 'M34.5 7.5l5 5M39.5 7.5l-5 5' },
};
