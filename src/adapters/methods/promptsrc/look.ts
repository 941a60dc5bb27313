import { bar, type Look } from '../../look.meta';

/** Words above and tokens below that learn, and a spring from each to what it was. */
export const look: Look = { colour: 'green', dash: 'sparse', marker: 'square', glyph: { fixed: bar(36, 0, 24, 6) + bar(36, 14, 24, 6), learns: [2, 15].map((x) => `${bar(x, 0, 10, 6)}${bar(x, 14, 10, 6)}`).join(''), sign: 'M27 3h7M27 17h7' , bare: true } };
