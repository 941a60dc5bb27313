import { type OpCase, opCase } from '../testing/checkOp';
import { groupsLeft as leftReference, groupsRight as rightReference } from '../testing/reference';
import { groupsLeft, groupsRight } from './randloraGroups';

export const cases: OpCase[] = [
  { rows: 6, maxRows: 6, N: 4, r: 3, n: 4, d: 10, ldA: 10, size: 4 },
  { rows: 5, maxRows: 8, N: 6, r: 2, n: 5, d: 9, ldA: 14, size: 2 },
  { rows: 70, maxRows: 71, N: 2, r: 4, n: 2, d: 70, ldA: 70, size: 1 },
].flatMap((size): OpCase[] => [
  opCase({
    name: `groupsLeft ${JSON.stringify(size)}`,
    inputs: { B: { shape: [size.maxRows, size.N, size.r], grad: false }, lambda: { shape: [size.r, size.n] } },
    run: ({ B, lambda }) => groupsLeft(B, lambda, size.rows, size.size),
    reference: ({ B, lambda }) => leftReference(B, lambda, size),
  }),
  opCase({
    name: `groupsRight ${JSON.stringify(size)}`,
    inputs: { A: { shape: [size.r, 1, size.ldA], grad: false }, gamma: { shape: [size.n, size.d] } },
    run: ({ A, gamma }) => groupsRight(A, gamma, size.size),
    reference: ({ A, gamma }) => rightReference(A, gamma, size),
  }),
]);
