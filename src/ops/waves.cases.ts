import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { turns, waves } from './waves';

const shapes = [{ size: 9, K: 5 }, { size: 70, K: 33 }];
const place = (k: number, size: number) => (k * 37 + 2) % size;

export const cases: OpCase[] = shapes.flatMap(({ size, K }) => ([1, -1] as const).flatMap((sign) => [true, false].map((scaled) => opCase({
  name: `waves ${K} of ${size}, sines times ${sign}${scaled ? '' : ', none scaled'}`,
  inputs: {
    at: { shape: [1, K], grad: false, from: (_, k) => place(k, size) },
    table: { shape: [1, 2, size], grad: false, from: (_, i) => defined(turns(size)[i]) },
    x: { shape: [K], grad: scaled },
  },
  run: ({ at, table, x }) => waves(at, table, { x: scaled ? x : undefined, sign }),
  reference: ({ x }) => Float64Array.from({ length: size * 2 * K }, (_, i) => {
    const [row, column] = [Math.floor(i / (2 * K)), i % (2 * K)];
    const angle = (2 * Math.PI * place(column % K, size) * row) / size;
    return (scaled ? defined(x[column % K]) : 1) * (column < K ? Math.cos(angle) : sign * Math.sin(angle));
  }),
}))));
