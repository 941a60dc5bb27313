import { bar, type Look } from '../../look.meta';

/** Words above, tokens below, and lines from one to the other. */
export const look: Look = { colour: 'pink', dash: 'dots', marker: 'hexagon', glyph: { fixed: bar(28, 0, 32, 6) + bar(28, 14, 32, 6), learns: [2, 15].map((x) => `${bar(x, 0, 10, 6)}${bar(x, 14, 10, 6)}${bar(x + 4, 6, 2, 8)}`).join(''), bare: true } };
