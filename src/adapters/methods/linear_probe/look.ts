import { bar, type Look } from '../../look.meta';

/** A head beside the weight. */
export const look: Look = { colour: 'grey', dash: 'sparse', marker: 'cross', glyph: { learns: bar(26, 4, 4, 12) } };
