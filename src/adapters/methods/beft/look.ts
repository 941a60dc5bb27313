import { bar, type Look } from '../../look.meta';

/** A bias beside the weight. */
export const look: Look = { title: 'BEFT', colour: 'grey', dash: 'dashDot', marker: 'plus', glyph: { learns: bar(30, 0, 3, 20), sign: 'M22 7v6M19 10h6' } };
