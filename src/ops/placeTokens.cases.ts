import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { placeTokens } from './placeTokens';

/** [K, T, C, M, G or 0 for (M, C), each, step]: places are every `step`-th token from the second on, in turn. */
const sizes = [
  [3, 6, 5, 2, 0, false, 2],
  [3, 6, 66, 2, 3, false, 1],
  [2, 5, 7, 3, 4, true, 1],
  [1, 3, 4, 1, 1, false, 1],
] as const;

export const cases: OpCase[] = sizes.map(([K, T, C, M, G, each, step]): OpCase => {
  /** The number of the vector at token t of row k: rows differ. */
  const placed = (k: number, t: number) => {
    const m = (t - 1 - (k % 2)) / step;
    return Number.isInteger(m) && m >= 0 && m < M ? m + 1 : 0;
  };
  return opCase({
    name: `place ${M} of ${C} in ${K}x${T}, ${G || 'no'} groups${each ? ', each with each' : ''}`,
    inputs: {
      x: { shape: [K, T, C], grad: false },
      tokens: { shape: G ? [G, M, C] : [M, C] },
      at: { shape: [K, T], grad: false, dtype: 'u32', from: (_, i) => placed(Math.floor(i / T), i % T) },
    },
    run: ({ x, tokens, at }) => placeTokens(x, tokens, at, { each }),
    reference: ({ x, tokens, at }) =>
      Array.from({ length: (each ? G * K : K) * T * C }, (_, i) => {
        const [n, t, c] = [Math.floor(i / C / T), Math.floor(i / C) % T, i % C];
        const k = n % K;
        const place = defined(at[k * T + t]);
        const g = each ? Math.floor(n / K) : G === K ? k : 0;
        return place ? defined(tokens[(g * M + place - 1) * C + c]) : defined(x[(k * T + t) * C + c]);
      }),
  });
});
