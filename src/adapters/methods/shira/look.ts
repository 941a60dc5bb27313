import { bar, type Look } from '../../look.meta';

const places: [number, number][] = [[2, 2], [9, 1], [14, 5], [5, 8], [11, 10], [2, 14], [8, 15], [15, 15]];

/** Single weights. */
export const look: Look = { colour: 'pink', dash: 'dots', marker: 'square', glyph: { learns: places.map(([x, y]) => bar(x, y, 3, 3)).join('') } };
