import { bar, type Look } from '../../look.meta';

/** Haar's wavelets, of three lengths. */
export const look: Look = { colour: 'orange', dash: 'dots', marker: 'circle', glyph: { learns: bar(24, 2, 8, 8) + bar(32, 10, 8, 8) + bar(44, 4, 4, 6) + bar(48, 10, 4, 6) + bar(54, 6, 2, 4) + bar(56, 10, 2, 4) } };
