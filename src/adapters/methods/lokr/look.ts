import { bar, type Look } from '../../look.meta';

/** A small matrix, of which every entry is multiplied by another. */
export const look: Look = { title: 'LoKr', colour: 'gold', dash: 'even', marker: 'diamond', glyph: { learns: bar(24, 5, 10, 10) + bar(44, 3, 14, 14), sign: 'M36.5 7.5l5 5M41.5 7.5l-5 5M39 10m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0' } };
