import { bar, type Look } from '../../look.meta';

/** Thin matrices of each block, two by two. */
export const look: Look = { title: 'GraLoRA', colour: 'green', dash: 'even', marker: 'square', glyph: { learns: [0, 11].flatMap((y) => [24, 40].map((x) => bar(x, y, 3, 9) + bar(x + 4, y, 9, 3))).join('') } };
