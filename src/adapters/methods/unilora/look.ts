import { bar, type Look } from '../../look.meta';

/** One vector, and its numbers here and there in two matrices. */
export const look: Look = {
  colour: 'gold',
  dash: 'dashDot',
  marker: 'square',
  glyph: { fixed: bar(34, 0, 6, 20) + bar(43, 0, 17, 6), learns: bar(24, 0, 5, 20) + bar(34, 3, 3, 3) + bar(37, 9, 3, 3) + bar(34, 15, 3, 3) + bar(46, 0, 3, 3) + bar(52, 3, 3, 3) + bar(57, 0, 3, 3) },
};
