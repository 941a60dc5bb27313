import { bar, type Look } from '../../look.meta';

/** CoOp's trained parts, and a head besides. */
export const look: Look = { colour: 'blue', dash: 'sparse', marker: 'diamond', glyph: { fixed: bar(42, 0, 18, 6), learns: `${[0, 13, 26].map((x) => bar(x + 2, 0, 10, 6)).join('')}${bar(2, 11, 58, 3)}${bar(20, 16, 22, 4)}`, bare: true } };
