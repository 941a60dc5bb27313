import type { OpCase } from '../testing/checkOp';
import { insertTokens } from './insertTokens';

/** [B, T, R, C, first]: in front of all, after the class token, at the end. */
const sizes = [[2, 4, 1, 3, 0], [3, 5, 4, 7, 1], [1, 2, 2, 65, 2]] as const;

export const cases: OpCase[] = sizes.map(([B, T, R, C, first]) => ({
  name: `insert ${R} of ${C} before ${first} of ${B}x${T}`,
  inputs: { x: { shape: [B, T, C] }, tokens: { shape: [1, R, C] } },
  run: ({ x, tokens }) => insertTokens(x!, tokens!, first),
  reference: ({ x, tokens }) =>
    Array.from({ length: B }, (_, b) => {
      const row = x!.subarray(b * T * C, (b + 1) * T * C);
      return [...row.subarray(0, first * C), ...tokens!, ...row.subarray(first * C)];
    }).flat(),
}));
