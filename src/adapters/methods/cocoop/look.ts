import { bar, type Look } from '../../look.meta';

/** Words that learn in front of a name, and what moves them from above. */
export const look: Look = { colour: 'blue', dash: 'even', marker: 'hexagon', glyph: { fixed: bar(42, 11, 18, 6), learns: `${[0, 13, 26].map((x) => bar(x + 2, 11, 10, 6)).join('')}M2 3h34v3H2z`, bare: true } };
