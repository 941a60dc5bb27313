import { type OpCase, opCase } from '../testing/checkOp';
import { softmax } from './softmax';

export const cases: OpCase[] = ([[1, 4], [3, 5], [2, 200]] as const).map(([rows, width]) => opCase({
  name: `softmax of ${rows} rows of ${width}`,
  inputs: { x: { shape: [rows, width] } },
  run: ({ x }) => softmax(x),
  reference: ({ x }) => x.map((v, i) => Math.exp(v) / x.subarray(i - (i % width), i - (i % width) + width).reduce((sum, w) => sum + Math.exp(w), 0)),
}));
