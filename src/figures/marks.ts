import type { MarkerShape } from '../adapters/look.meta';

/** Outlines of the markers around their middle, as SVG paths: the page and the report draw the same. */
export const markPaths: Record<MarkerShape, string> = {
  square: 'M-4.2-4.2h8.4v8.4h-8.4z',
  circle: 'M4.7 0a4.7 4.7 0 1 1-9.4 0 4.7 4.7 0 1 1 9.4 0z',
  diamond: 'M0-6 6 0 0 6-6 0z',
  up: 'M0-5.6 5.6 4.4H-5.6z',
  down: 'M0 5.6 5.6-4.4H-5.6z',
  hexagon: 'M-2.8-5h5.6L5.6 0 2.8 5h-5.6L-5.6 0z',
  cross: 'M-4.6-2.6-2.6-4.6 0-2 2.6-4.6 4.6-2.6 2 0 4.6 2.6 2.6 4.6 0 2-2.6 4.6-4.6 2.6-2 0z',
  plus: 'M-1.8-5.4h3.6v3.6h3.6v3.6h-3.6v3.6h-3.6v-3.6h-3.6v-3.6h3.6z',
};
