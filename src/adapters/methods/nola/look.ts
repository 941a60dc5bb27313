import { bar, type Look } from '../../look.meta';

const places = [24, 32, 40];

/** Fixed matrices, a coefficient under each, and their sum. */
export const look: Look = {
  colour: 'gold',
  dash: 'dashDotDot',
  marker: 'down',
  glyph: { fixed: places.map((x) => bar(x, 0, 4, 14)).join(''), learns: places.map((x) => bar(x, 16, 4, 4)).join(''), sign: 'M50 6v8M46 10h8' },
};
