import { bar, type Look } from '../../look.meta';

/** Two thin fixed matrices, and a small turned one between them. */
export const look: Look = { colour: 'gold', dash: 'dashDot', marker: 'up', glyph: { fixed: bar(24, 0, 4, 20) + bar(42, 0, 16, 4), learns: 'M35 0l5.5 5.5l-5.5 5.5l-5.5-5.5z' } };
