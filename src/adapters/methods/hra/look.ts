import { bar, type Look } from '../../look.meta';

/** A mirror, and what it does to a line. */
export const look: Look = { colour: 'blue', dash: 'long', marker: 'down', glyph: { learns: bar(38, 0, 3, 20), sign: 'M25 2l12 8l-12 8' } };
