import { bar, type Look } from '../../look.meta';

/** The singular vectors on either side, and a band between them. */
export const look: Look = { colour: 'green', dash: 'dashDotDot', marker: 'hexagon', glyph: { fixed: bar(0.5, 0, 10, 20) + bar(34, 0, 20, 10), learns: 'M13 0h5l14 16v4h-4L13 4z', bare: true } };
