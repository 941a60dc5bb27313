import { bar, type Look } from '../../look.meta';

/** Blocks along a diagonal. */
export const look: Look = { colour: 'pink', dash: 'long', marker: 'square', glyph: { learns: [0, 7, 14].map((at) => bar(24 + at, at, 6, 6)).join('') } };
