import { defined } from '../numbers/defined';
import type { OpCase } from '../testing/checkOp';
import { swap } from './swap';

export const cases: OpCase[] = ([[1, 3, 5, 1], [2, 4, 3, 6], [5, 1, 7, 9], [3, 66, 5, 2]] as const).map(([outer, a, b, inner]) => ({
  name: `swap ${outer} of ${a} and ${b} by ${inner}`,
  inputs: { x: { shape: [outer, a, b * inner] } },
  run: ({ x }) => swap(defined(x), [a, b, inner], [outer * b, a, inner]),
  reference: ({ x }) => Array.from({ length: outer * b }, (_, r) => Array.from({ length: a }, (__, i) => [...defined(x).subarray(((Math.floor(r / b) * a + i) * b + (r % b)) * inner).subarray(0, inner)]).flat()).flat(),
}));
