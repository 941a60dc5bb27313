import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { distill } from './distill';

const WEIGHT = 0.3;
const INV_COUNT = 0.125;

const logSoftmax = (row: Float64Array): Float64Array => {
  const top = Math.max(...row);
  const total = Math.log(row.reduce((sum, v) => sum + Math.exp(v - top), 0));
  return row.map((v) => v - top - total);
};

/** The loss rows and the gradient: neither is differentiable further, so each is a plain output. */
export const cases: OpCase[] = ([[3, 5, 3], [2, 130, 3], [2, 1, 1], [3, 10, 100]] as const).flatMap(([B, K, scale]): OpCase[] => {
  const logits = { shape: [B, K], grad: false, from: (random: () => number) => scale * random() };
  const inputs: OpCase['inputs'] = { logits, teacher: logits };
  const of = (all: Float64Array, b: number) => logSoftmax(all.subarray(b * K, (b + 1) * K));
  const step = { invCount: INV_COUNT };
  // f32 keeps 2^-24 of a logit.
  const tolerance = 2e-6 * scale;
  return [
    opCase({
      name: `distill ${B}x${K} of ${scale}: rows`, inputs, step, tolerance, absolute: true,
      run: (t) => distill(t.logits!, t.teacher!, WEIGHT).rows,
      reference: (v) => Array.from({ length: B * 4 }, (_, i) => (i % 4 ? 0 : WEIGHT * of(v.teacher!, i / 4).reduce((sum, q, k) => sum + Math.exp(q) * (q - defined(of(v.logits!, i / 4)[k])), 0))),
    }),
    opCase({
      name: `distill ${B}x${K} of ${scale}: gradient`, inputs, step, tolerance,
      run: (t) => distill(t.logits!, t.teacher!, WEIGHT).dlogits,
      reference: (v) => Array.from({ length: B * K }, (_, i) => WEIGHT * INV_COUNT * (Math.exp(defined(of(v.logits!, Math.floor(i / K))[i % K])) - Math.exp(defined(of(v.teacher!, Math.floor(i / K))[i % K])))),
    }),
  ];
});
