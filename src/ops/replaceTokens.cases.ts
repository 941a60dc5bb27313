import type { OpCase } from '../testing/checkOp';
import { replaceTokens } from './replaceTokens';

/** [B, T, R, C, first]: at the front, in the middle, at the end, all of them. */
const sizes = [[2, 4, 1, 3, 0], [3, 7, 4, 5, 1], [1, 3, 2, 65, 1], [2, 2, 2, 4, 0]] as const;

export const cases: OpCase[] = sizes.map(([B, T, R, C, first]) => ({
  name: `replace ${R} of ${C} from ${first} of ${B}x${T}`,
  inputs: { x: { shape: [B, T, C] }, tokens: { shape: [R, C] } },
  run: ({ x, tokens }) => replaceTokens(x!, tokens!, first),
  reference: ({ x, tokens }) =>
    Array.from({ length: B }, (_, b) => {
      const row = x!.subarray(b * T * C, (b + 1) * T * C);
      return [...row.subarray(0, first * C), ...tokens!, ...row.subarray((first + R) * C)];
    }).flat(),
}));
