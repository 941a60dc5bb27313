import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { khatriRao } from './khatriRao';

const shapes = [{ G: 1, rows: 6, k1: 3, k2: 4, cols: 10 }, { G: 3, rows: 5, k1: 4, k2: 3, cols: 12 }, { G: 2, rows: 70, k1: 9, k2: 9, cols: 78 }];

export const cases: OpCase[] = shapes.flatMap(({ G, rows, k1, k2, cols }) => [false, true].map((transposed) => opCase({
  name: `khatri rao ${G} x ${rows} x ${cols}${transposed ? ' transposed' : ''}`,
  inputs: { u: { shape: [G, rows, k1] }, v: { shape: [G, rows, k2] }, w: { shape: transposed ? [G, cols, rows] : [G, rows, cols], grad: transposed } },
  run: ({ u, v, w }) => khatriRao(u, v, cols, { transposed, alpha: 0.5, residual: w }),
  reference: ({ u, v, w }) => w.map((x, i) => {
    const [g, at] = [Math.floor(i / (rows * cols)), i % (rows * cols)];
    const [m, c] = transposed ? [at % rows, Math.floor(at / rows)] : [Math.floor(at / cols), at % cols];
    return x + 0.5 * defined(u[(g * rows + m) * k1 + (c % k1)]) * defined(v[(g * rows + m) * k2 + Math.floor(c / k1)]);
  }),
})));
