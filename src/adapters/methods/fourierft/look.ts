import type { Look } from '../../look.meta';

/** A wave. */
export const look: Look = { colour: 'orange', dash: 'dots', marker: 'diamond', glyph: { learns: 'M24 9c4-12 8-12 12 0s8 12 12 0h4c-5 17-11 17-16 5s-6-12-8-5z' } };
