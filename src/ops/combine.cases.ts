import type { OpCase } from '../testing/checkOp';
import { combine as reference } from '../testing/reference';
import { combine } from './combine';

export const cases: OpCase[] = [
  { shape: [5, 4, 6], rows: 4, cols: 6 },
  { shape: [3, 9, 11], rows: 4, cols: 5 },
  { shape: [2, 10, 20], rows: 10, cols: 13 },
].map(({ shape, rows, cols }): OpCase => ({
  name: `combine ${rows}x${cols} of ${shape.join('x')}`,
  inputs: { bases: { shape, grad: false }, w: { shape: [shape[0]] } },
  run: ({ bases, w }) => combine(bases, w, 0, rows, cols),
  reference: ({ bases, w }) => reference(bases, shape, w, 0, rows, cols),
}));
