import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { drawnBasis, drawnSum } from './drawnSum';

const KEY = 0x9e3779b1;
const inputs = (K: number) => ({ x: { shape: [K] }, key: { shape: [2], grad: false, from: (_, i) => (i ? KEY >>> 16 : KEY & 0xffff) } }) satisfies OpCase['inputs'];

const sum = (x: Float64Array, count: number, bound: number): Float64Array => {
  const out = new Float64Array(count);
  x.forEach((v, k) => drawnBasis(KEY, k, count).forEach((p, i) => (out[i] = defined(out[i]) + (bound * v * p))));
  return out;
};

export const cases: OpCase[] = [
  ...([[5, 3, 5], [70, 4, 4], [2, 130, 140]] as const).map(([K, rows, cols]) => opCase({
    name: `drawn sum of ${K} bases of ${rows} x ${cols}`,
    inputs: inputs(K),
    run: ({ x, key }) => drawnSum(x, key, rows, cols, 0.25),
    reference: ({ x }) => sum(x, rows * cols, 0.25),
  })),
  opCase({
    name: 'drawn sum upon a weight',
    inputs: { ...inputs(3), w: { shape: [1, 3, 3], grad: false } },
    run: ({ x, key, w }) => drawnSum(x, key, 3, 3, 0.5, { residual: w }),
    reference: ({ x, w }) => sum(x, 9, 0.5).map((v, i) => v + defined(w[i])),
  }),
];
