import { bar, type Look } from '../../look.meta';

/** A bank of vectors, and matrices in parts. */
export const look: Look = { colour: 'green', dash: 'dashDot', marker: 'diamond', glyph: { learns: [0, 5, 10, 15].map((y) => bar(24, y, 10, 3)).join('') + bar(40, 0, 4, 6) + bar(40, 7, 4, 6) + bar(40, 14, 4, 6) + bar(47, 0, 6, 4) + bar(54, 0, 6, 4) } };
