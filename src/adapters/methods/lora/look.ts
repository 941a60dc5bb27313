import { bar, type Look } from '../../look.meta';

/** Two thin matrices, both trained. */
export const factors = bar(24, 0, 4, 20) + bar(31, 0, 20, 4);

export const look: Look = { colour: 'blue', dash: 'dashes', marker: 'circle', glyph: { learns: factors } };
