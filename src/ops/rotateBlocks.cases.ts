import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { rotateBlocks } from './rotateBlocks';

interface Shape {
  rows: number;
  blocks: number;
  n: number;
  one: boolean;
  transposed: boolean;
}

const shapes: Shape[] = [[5, 3, 4], [70, 2, 33], [3, 1, 6]].flatMap(([rows = 0, blocks = 0, n = 0]) => [true, false].flatMap((one) => [true, false].map((transposed) => ({ rows, blocks, n, one, transposed }))));

export const cases: OpCase[] = shapes.map(({ rows, blocks, n, one, transposed }) => opCase({
  name: `rotate ${blocks} blocks of ${n} in ${rows} rows${one ? ', one for all' : ''}${transposed ? ', transposed' : ''}`,
  inputs: { x: { shape: [rows, blocks * n] }, R: { shape: [one ? 1 : blocks, n, n] } },
  run: ({ x, R }) => rotateBlocks(x, R, { transposed }),
  reference: ({ x, R }) => x.map((_, at) => {
    const [row, block, j] = [Math.floor(at / (blocks * n)), Math.floor((at % (blocks * n)) / n), at % n];
    const first = one ? 0 : block * n * n;
    let s = 0;
    for (let k = 0; k < n; k++) s += defined(x[row * blocks * n + block * n + k]) * defined(R[first + (transposed ? j * n + k : k * n + j)]);
    return s;
  }),
}));
