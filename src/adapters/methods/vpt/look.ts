import { bar, type Look } from '../../look.meta';

/** Tokens beside the weight. */
export const look: Look = { colour: 'grey', dash: 'dots', marker: 'diamond', glyph: { learns: [0, 7, 14].map((y) => bar(26, y, 6, 6)).join('') } };
