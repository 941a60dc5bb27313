import { bar, type Look } from '../../look.meta';

/** Two thin matrices of unit length, and one number for how far they reach. */
export const look: Look = { title: 'DeLoRA', colour: 'pink', dash: 'even', marker: 'circle', glyph: { learns: bar(24, 0, 4, 20) + bar(36, 0, 20, 4) + bar(30, 8, 4, 4) } };
