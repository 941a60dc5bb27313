import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { lastTokens } from './lastTokens';
import { pickTokens } from './pickTokens';

/** Rows that end at the end, in the middle, at the first token, and that hold none. */
const mask = [1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2];

export const cases: OpCase[] = [
  opCase({
    name: 'lastTokens of five rows',
    inputs: { x: { shape: [5, 4, 3] }, mask: { shape: [5, 4], grad: false, dtype: 'u32', from: (_, i) => defined(mask[i]) } },
    run: ({ x, mask: given }) => pickTokens(x, lastTokens(given)),
    reference: ({ x }) => [3, 1, 0, 0, 3].flatMap((t, b) => [...x.subarray((b * 4 + t) * 3, (b * 4 + t) * 3 + 3)]),
  }),
];
