import { bar, type Look } from '../../look.meta';

/** One thin matrix, and several that the router chooses from. */
export const look: Look = { colour: 'pink', dash: 'dashes', marker: 'down', glyph: { learns: [24, 29, 34].map((x) => bar(x, 0, 3, 20)).join('') + bar(40, 0, 18, 4) } };
