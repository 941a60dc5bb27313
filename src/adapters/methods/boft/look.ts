import { bar, type Look } from '../../look.meta';

/** Blocks of two rounds, and the crossing between them. */
export const look: Look = { colour: 'green', dash: 'long', marker: 'down', glyph: { learns: [0, 12].map((y) => bar(24, y, 8, 8) + bar(44, y, 8, 8)).join(''), sign: 'M33 5l10 10M33 15l10-10' } };
