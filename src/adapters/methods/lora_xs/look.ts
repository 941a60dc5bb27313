import { bar, type Look } from '../../look.meta';

/** Two thin fixed matrices, and a small one between them. */
export const look: Look = { colour: 'blue', dash: 'dashDot', marker: 'down', glyph: { fixed: bar(24, 0, 4, 20) + bar(38, 0, 20, 4), learns: bar(30, 0, 6, 6) } };
