import { type OpCase, opCase } from '../testing/checkOp';
import { combine as reference } from '../testing/reference';
import { combine } from './combine';

const sizes: { shape: readonly [number, number, number]; rows: number; cols: number }[] = [
  { shape: [5, 4, 6], rows: 4, cols: 6 },
  { shape: [3, 9, 11], rows: 4, cols: 5 },
  { shape: [2, 10, 20], rows: 10, cols: 13 },
];

export const cases: OpCase[] = sizes.map(({ shape, rows, cols }) => opCase({
  name: `combine ${rows}x${cols} of ${shape.join('x')}`,
  inputs: { bases: { shape, grad: false }, w: { shape: [shape[0]] } },
  run: ({ bases, w }) => combine(bases, w, 0, rows, cols),
  reference: ({ bases, w }) => reference(bases, shape, w, 0, rows, cols),
}));
