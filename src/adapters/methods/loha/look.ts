import { bar, type Look } from '../../look.meta';

/** Two products of thin matrices, multiplied entry by entry. */
export const look: Look = { title: 'LoHa', colour: 'blue', dash: 'even', marker: 'up', glyph: { learns: bar(24, 0, 3, 20) + bar(28, 0, 9, 3) + bar(46, 0, 3, 20) + bar(50, 0, 9, 3), sign: 'M38.5 9l5 5M43.5 9l-5 5' } };
