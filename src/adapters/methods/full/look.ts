import { bar, type Look } from '../../look.meta';

/** The whole weight. */
export const look: Look = { title: 'Full', colour: 'black', dash: 'long', marker: 'square', glyph: { learns: bar(0.5, 0.5, 19, 19), bare: true } };
