import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { matmul } from '../testing/reference';
import { addBlocks } from './blocks';
import { linear } from './matmul';

/** x W^T, to whose blocks 0, stride, 2 stride ... alpha * u_z w_z^T is added. */
const shapes = [
  { name: 'one layer', M: 9, G: 1, S: 1, stride: 1, N: 12, q: 4 },
  { name: 'three, vec4', M: 20, G: 3, S: 3, stride: 1, N: 36, q: 8 },
  { name: 'three, no multiples of four', M: 11, G: 3, S: 3, stride: 1, N: 6, q: 5 },
  { name: 'first and third of three', M: 10, G: 2, S: 3, stride: 2, N: 8, q: 4 },
  { name: 'first of three', M: 7, G: 1, S: 3, stride: 1, N: 10, q: 3 },
].flatMap((c) => [false, true].map((transposed) => ({ ...c, transposed })));

const slice = { rows: 6, cols: 4, ld: 9 };

export const cases: OpCase[] = [
  ...shapes.map(({ name, M, G, S, stride, N, q, transposed }) => opCase({
    name: `add blocks: ${name}${transposed ? ' transposed' : ''}`,
    inputs: { x: { shape: [M, 4] }, W: { shape: [S * N, 4], grad: false }, u: { shape: [M, G * q] }, w: { shape: transposed ? [G, q, N] : [G, N, q] } },
    run: ({ x, W, u, w }) => addBlocks(linear(x, W), u, w, { alpha: 0.5, stride, transposed }),
    reference: ({ x, W, u, w }) => {
      const y = matmul(x, W, { M, N: S * N, K: 4, wT: true });
      for (let z = 0; z < G; z++) {
        const add = matmul(u, w, { M, N, K: q, wT: !transposed, ldx: G * q, x0: z * q, w0: z * N * q, alpha: 0.5 });
        add.forEach((v, i) => (y[Math.floor(i / N) * S * N + z * stride * N + (i % N)] = defined(y[Math.floor(i / N) * S * N + z * stride * N + (i % N)]) + v));
      }
      return y;
    },
  })),
  ...[false, true].map((transposed): OpCase => {
    const [N, q] = transposed ? [slice.cols, slice.rows] : [slice.rows, slice.cols];
    return opCase({
      name: `add blocks: all by one slice${transposed ? ' transposed' : ''}`,
      inputs: { x: { shape: [5, 4] }, W: { shape: [3 * N, 4], grad: false }, u: { shape: [5, 3 * q] }, w: { shape: [8, slice.ld], grad: false } },
      run: ({ x, W, u, w }) => addBlocks(linear(x, W), u, w, { slice, transposed }),
      reference: ({ x, W, u, w }) => {
        const y = matmul(x, W, { M: 5, N: 3 * N, K: 4, wT: true });
        for (let z = 0; z < 3; z++) {
          const add = matmul(u, w, { M: 5, N, K: q, wT: !transposed, ldx: 3 * q, x0: z * q, ldw: slice.ld });
          add.forEach((v, i) => (y[Math.floor(i / N) * 3 * N + z * N + (i % N)] = defined(y[Math.floor(i / N) * 3 * N + z * N + (i % N)]) + v));
        }
        return y;
      },
    });
  }),
];
