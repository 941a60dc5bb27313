import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { swiglu } from './swiglu';

const silu = (g: number) => g / (1 + Math.exp(-g));
/** Gate in the first half of each row of `2 * width`. */
const reference = (width: number): OpCase['reference'] => ({ x }) =>
  Array.from({ length: x!.length / 2 }, (_, i) => {
    const at = 2 * (i - (i % width)) + (i % width);
    return silu(defined(x![at])) * defined(x![at + width]);
  });
const points = [0, 1e-6, -1e-6, 0.5, -0.5, 3, -3, 20, -20, 100, -100];

export const cases: OpCase[] = [
  ...([[3, 5], [7, 64], [1, 129]] as const).map(([rows, width]) => opCase({ name: `swiglu ${rows}x${width}`, inputs: { x: { shape: [rows, 2 * width] } }, run: ({ x }) => swiglu(x), reference: reference(width) })),
  opCase({
    name: `swiglu at ${points.length} gates`,
    inputs: { x: { shape: [points.length, 2], from: (random, i) => (i % 2 ? random() : defined(points[i / 2])) } },
    run: ({ x }) => swiglu(x),
    reference: reference(1),
  }),
];
