import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { chain, scatter } from './scatter';

const shape = { rows: 9, cols: 11, count: 40 };
/** Places by a formula: 40 different ones, or some of them several times. */
const place = (k: number, again: boolean) => (again ? (k * k) % 17 : (k * 37) % 99);
const rowsOf = (again: boolean) => Array.from({ length: shape.count }, (_, k) => Math.floor(place(k, again) / shape.cols));
const columnsOf = (again: boolean) => Array.from({ length: shape.count }, (_, k) => place(k, again) % shape.cols);

export const cases: OpCase[] = [false, true].flatMap((again) => {
  const [rows, columns] = [rowsOf(again), columnsOf(again)];
  const index = [...rows, ...columns, ...(again ? chain(rows, columns) : [])];
  return [1, 0.5].map((alpha) => opCase({
    name: `scatter 40 values times ${alpha}${again ? ', places repeat' : ''}`,
    inputs: { x: { shape: [shape.count] }, index: { shape: [1, index.length / shape.count, shape.count], grad: false, from: (_, i) => defined(index[i]) } },
    run: ({ x, index: at }) => scatter(x, at, shape.rows, shape.cols, { alpha }),
    reference: ({ x }) => {
      const out = new Float64Array(shape.rows * shape.cols);
      x.forEach((v, k) => (out[defined(rows[k]) * shape.cols + defined(columns[k])] = defined(out[defined(rows[k]) * shape.cols + defined(columns[k])]) + (alpha * v)));
      return out;
    },
  }));
});
