import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { distance } from './distance';

/** The loss rows and the gradient: neither is differentiable further, so each is a plain output. */
export const cases: OpCase[] = ([[3, 5], [2, 70], [1, 1]] as const).flatMap(([R, C]): OpCase[] => {
  const inputs: OpCase['inputs'] = { x: { shape: [R, C], grad: false }, y: { shape: [R, C], grad: false } };
  const step = { invCount: 0.125 };
  return [
    opCase({ name: `distance ${R}x${C}: rows`, inputs, step, run: ({ x, y }) => distance(x!, y!, 0.7).rows, reference: ({ x, y }) => Array.from({ length: R * 4 }, (_, i) => (i % 4 ? 0 : Array.from({ length: C }, (__, c) => 0.7 * Math.abs(defined(x![(i / 4) * C + c]) - defined(y![(i / 4) * C + c]))).reduce((a, b) => a + b, 0))) }),
    opCase({ name: `distance ${R}x${C}: gradient`, inputs, step, run: ({ x, y }) => distance(x!, y!, 0.7).dx, reference: ({ x, y }) => x!.map((v, i) => 0.7 * 0.125 * Math.sign(v - defined(y![i]))) }),
  ];
});
