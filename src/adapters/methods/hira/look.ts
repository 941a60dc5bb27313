import { bar, type Look } from '../../look.meta';

/** A share of each weight: the weight times the product of two thin matrices. */
export const look: Look = { colour: 'gold', dash: 'dashes', marker: 'circle', glyph: { learns: bar(33, 0, 4, 20) + bar(40, 0, 20, 4), sign: 'M23.5 7l6 6M29.5 7l-6 6' } };
