import { defined } from '../numbers/defined';
import type { OpCase } from '../testing/checkOp';
import { randloraRows } from './randloraRows';

export const cases: OpCase[] = ([[1, 5, 3], [4, 3, 70], [3, 2, 128]] as const).map(([r, n, d]) => ({
  name: `rows of ${n} bases of rank ${r} and width ${d}`,
  inputs: { A: { shape: [r, n, d], grad: false }, lambda: { shape: [r, n] }, gamma: { shape: [n, d] } },
  run: ({ A, lambda, gamma }) => randloraRows(A!, lambda!, gamma!),
  reference: ({ A, lambda, gamma }) => Float64Array.from({ length: n * r * d }, (_, i) => {
    const [j, k, c] = [Math.floor(i / (r * d)), Math.floor(i / d) % r, i % d];
    return defined(lambda![k * n + j]) * defined(A![(k * n + j) * d + c]) * defined(gamma![j * d + c]);
  }),
}));
