import { bar, type Look } from '../../look.meta';

/** A column of factors beside the weight. */
export const look: Look = { title: 'IA3', colour: 'gold', dash: 'sparse', marker: 'up', glyph: { learns: bar(24, 0, 3, 20) } };
