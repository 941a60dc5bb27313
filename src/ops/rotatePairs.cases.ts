import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { pairFactors, rotatePairs } from './rotatePairs';

interface Shape {
  width: number;
  group: number;
  /** Rows of x (rows, width), or columns of (width, columns). */
  others: number;
  rows: boolean;
}

const shapes: Shape[] = [
  { width: 8, group: 4, others: 5, rows: false },
  { width: 132, group: 2, others: 70, rows: false },
  { width: 12, group: 6, others: 130, rows: true },
  { width: 6, group: 6, others: 1, rows: false },
];

function turned(x: Float64Array, theta: Float64Array, alpha: Float64Array, { width, group, others, rows }: Shape, each: 1 | 2 | 4): Float64Array {
  const middle = group / 2;
  return x.map((v, i) => {
    const [o, t] = rows ? [Math.floor(i / others), i % others] : [i % width, Math.floor(i / width)];
    const [g, j] = [Math.floor(o / group), o % group];
    const first = { 1: g * middle + (j % middle), 2: o, 4: 2 * g * group + j }[each];
    const second = each === 4 ? first + group : first;
    const c = defined(alpha[first]) * Math.cos(defined(theta[first]));
    const s = defined(alpha[second]) * Math.sin(defined(theta[second]));
    const k = j < middle ? o + middle : o - middle;
    return c * v + (j < middle ? -s : s) * defined(x[rows ? k * others + t : t * width + k]);
  });
}

export const cases: OpCase[] = shapes.flatMap((shape) => ([1, 2, 4] as const).map((each) => opCase({
  name: `rotate pairs of ${shape.width} ${shape.rows ? 'rows' : 'columns'} in groups of ${shape.group}, ${each} for two`,
  inputs: {
    x: { shape: shape.rows ? [shape.width, shape.others] : [shape.others, shape.width] },
    theta: { shape: [(shape.width * each) / 2], from: (random, i) => (i % 3 ? 1 : 7) * random() },
    alpha: { shape: [(shape.width * each) / 2] },
  },
  run: ({ x, theta, alpha }) => rotatePairs(x, pairFactors(theta, alpha, shape.width, { group: shape.group, each }), { inner: shape.rows ? shape.others : 1 }),
  reference: ({ x, theta, alpha }) => turned(x, theta, alpha, shape, each),
})));
