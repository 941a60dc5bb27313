import { bar, type Look } from '../../look.meta';

/** Two thin fixed matrices, and between them the short row of numbers that is trained. */
export const look: Look = { colour: 'gold', dash: 'dashDot', marker: 'down', glyph: { fixed: bar(24, 0, 4, 20) + bar(38, 0, 20, 4), learns: bar(30, 8, 2, 2) + bar(33, 8, 2, 2) + bar(36, 8, 2, 2) + bar(39, 8, 2, 2) } };
