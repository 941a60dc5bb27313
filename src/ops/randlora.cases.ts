import type { OpCase } from '../testing/checkOp';
import { randloraScale as reference } from '../testing/reference';
import { randloraScale } from './randlora';

export const cases: OpCase[] = [
  { r: 3, n: 4, d: 10, ldA: 10 },
  { r: 2, n: 5, d: 9, ldA: 14 },
  { r: 4, n: 2, d: 130, ldA: 130 },
  { r: 1, n: 1, d: 3, ldA: 3 },
].flatMap((size) =>
  [false, true].map((paper): OpCase => ({
    name: `randloraScale r${size.r} n${size.n} d${size.d} of ${size.ldA}, ${paper ? "the paper's" : "PEFT's"} pairing`,
    inputs: { A: { shape: [size.r, 1, size.ldA], grad: false }, lambda: { shape: [size.r, size.n] }, gamma: { shape: [size.n, size.d] } },
    run: ({ A, lambda, gamma }) => randloraScale(A, lambda, gamma, paper),
    reference: ({ A, lambda, gamma }) => reference(A, lambda, gamma, size, paper),
  })),
);
