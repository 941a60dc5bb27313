import { bar, type Look } from '../../look.meta';

/** The weight scaled and moved, and its bias as well. */
export const look: Look = { title: 'GLoRA', colour: 'orange', dash: 'even', marker: 'hexagon', glyph: { learns: bar(30, 0, 4, 15) + bar(36, 0, 15, 4) + bar(30, 18, 21, 2), sign: 'M22 7l5 6M27 7l-5 6' } };
