import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { circulant } from './circulant';

const shapes = [{ G: 1, P: 2, Q: 3, b: 5 }, { G: 3, P: 3, Q: 2, b: 4 }, { G: 1, P: 4, Q: 1, b: 33 }, { G: 2, P: 7, Q: 9, b: 1 }];

export const cases: OpCase[] = shapes.flatMap(({ G, P, Q, b }) => [false, true].map((grad) => opCase({
  name: `circulant ${G} x ${P} x ${Q} of ${b}${grad ? ', onto what learns' : ''}`,
  inputs: { x: { shape: [G, P, Q, b] }, w: { shape: [G, P * b, Q * b], grad } },
  run: ({ x, w }) => circulant(x, { alpha: 0.5, residual: w }),
  reference: ({ x, w }) => w.map((v, at) => {
    const [row, col] = [Math.floor(at / (Q * b)), at % (Q * b)];
    const [block, turn] = [Math.floor(row / b) * Q + Math.floor(col / b), (((col - row) % b) + b) % b];
    return v + 0.5 * defined(x[block * b + turn]);
  }),
})));
