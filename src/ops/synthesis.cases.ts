import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { synthesis } from './synthesis';

const shapes = [{ G: 1, R: 8, C: 6, taps: 2, short: 0 }, { G: 2, R: 14, C: 12, taps: 6, short: 1 }, { G: 1, R: 90, C: 40, taps: 8, short: 0 }];

export const cases: OpCase[] = shapes.flatMap(({ G, R, C, taps, short }) => [false, true].map((across) => {
  const size = across ? C : R;
  const length = size - taps + 2 - short;
  return opCase({
    name: `synthesis of ${G} x ${R} x ${C} by ${taps} taps${across ? ', across' : ''}`,
    inputs: { x: { shape: [G, R, C] }, filters: { shape: [1, 2, taps], grad: false } },
    run: ({ x, filters }) => synthesis(x, filters, length, { across }),
    reference: ({ x, filters }) => Float64Array.from({ length: (G * R * C * length) / size }, (_, at) => {
      const cols = across ? length : C;
      const [g, row, col] = [Math.floor(at / (cols * (across ? R : length))), Math.floor(at / cols) % (across ? R : length), at % cols];
      const j = across ? col : row;
      let s = 0;
      // The definition: a transposed convolution of stride 2, of which taps - 2 are cut off in front.
      for (let i = 0; i < size / 2; i++) {
        for (const [band, first] of [0, size / 2].entries()) {
          const tap = j + taps - 2 - 2 * i;
          const value = across ? x[(g * R + row) * C + first + i] : x[(g * R + first + i) * C + col];
          if (tap >= 0 && tap < taps) s += defined(filters[band * taps + tap]) * defined(value);
        }
      }
      return s;
    }),
  });
}));
