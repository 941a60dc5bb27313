import { bar, type Look } from '../../look.meta';

/** Biases alone. */
export const look: Look = { colour: 'orange', dash: 'sparse', marker: 'plus', glyph: { learns: bar(24, 0, 3, 20) + bar(31, 0, 3, 20), sign: 'M40 7v6M37 10h6' } };
