import { bar, type Look } from '../../look.meta';

/** MaPLe's trained parts, and a head besides. */
export const look: Look = { colour: 'pink', dash: 'sparse', marker: 'diamond', glyph: { fixed: bar(28, 0, 16, 6) + bar(28, 14, 16, 6), learns: `${[2, 15].map((x) => `${bar(x, 0, 10, 6)}${bar(x, 14, 10, 6)}`).join('')}${bar(48, 0, 3, 20)}${bar(54, 7, 6, 6)}`, bare: true } };
