import { bar, type Look } from '../../look.meta';

/** Words that learn in front of a name that is given. */
export const look: Look = { colour: 'blue', dash: 'dots', marker: 'circle', glyph: { fixed: bar(42, 7, 18, 6), learns: [0, 13, 26].map((x) => bar(x + 2, 7, 10, 6)).join(''), bare: true } };
