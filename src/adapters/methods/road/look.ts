import type { Look } from '../../look.meta';

/** Two outputs, turned together. */
export const look: Look = { colour: 'gold', dash: 'sparse', marker: 'hexagon', glyph: { learns: 'M24 0h4v8h-4zM24 12h4v8h-4z', sign: 'M34 4a8 8 0 0 1 0 12M34 16l5-1M34 16l1-5' } };
