import { bar, type Look } from '../../look.meta';

const places = [24, 37, 50];

/** Fixed random networks, and how much of each. */
export const look: Look = { colour: 'gold', dash: 'dots', marker: 'plus', glyph: { fixed: places.map((x) => bar(x, 0, 10, 10)).join(''), learns: places.map((x) => bar(x + 3, 14, 4, 4)).join('') } };
