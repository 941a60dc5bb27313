import { bar, type Look } from '../../look.meta';

/** One thin matrix, laid beside itself. */
export const look: Look = { colour: 'green', dash: 'dashes', marker: 'plus', glyph: { learns: bar(24, 0, 4, 20), fixed: [30, 36, 42, 48].map((x) => bar(x, 0, 4, 20)).join('') } };
