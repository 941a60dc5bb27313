import { bar, type Look } from '../../look.meta';

/** Two fixed matrices, each with a vector that scales it. */
export const look: Look = { colour: 'green', dash: 'dots', marker: 'up', glyph: { fixed: bar(24, 0, 7, 20) + bar(34, 0, 20, 7), learns: bar(24, 0, 2, 20) + bar(34, 0, 2, 7) } };
