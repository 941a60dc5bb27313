import { bar, type Look } from '../../look.meta';

/** Rows that are each shifted by one place. */
export const look: Look = { colour: 'green', dash: 'dashDot', marker: 'circle', glyph: { learns: bar(26, 0, 8, 5) + bar(33.5, 7, 8, 5) + bar(41, 14, 8, 5) } };
