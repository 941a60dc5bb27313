import { defined } from '../../numbers/defined';
import { product } from '../../ops/product';
import { engine, recorderFor } from '../engine';
import { fused, OURS, type Contestant, type Entry, type Group } from '../entry';
import { randn, uniform } from '../numbers';
import { jax, ort, tfjs } from '../peers';
import type { MatmulWork } from '../peers/peer';
import { peakFor } from './peak';

/** A product of x (M, K), or (K, M) where it is transposed, and w (K, N). */
function entry(name: string, M: number, K: number, N: number, xTransposed = false): Entry {
  const work = (): MatmulWork => ({ M, K, N, xTransposed, x: randn(M * K, 1, 11), w: randn(K * N, 1, 12) });
  const flop = 2 * M * K * N;
  const ours: Contestant = {
    name: OURS,
    start: (setup) =>
      engine(setup, (device) => {
        const rec = recorderFor(device);
        const { x, w } = work();
        const tensors = { x: rec.declare('input', 'x', [M * K]), weight: rec.declare('input', 'w', [K * N]), out: rec.declare('output', 'out', [M, N]) };
        const program = rec.program('product', () => product({ mode: xTransposed ? 'tn' : 'nn', ...tensors, M, N, K }));
        return { rec, programs: [program], values: { x, w }, out: tensors.out };
      }),
  };
  return {
    name,
    flop,
    contestants: [
      ours,
      fused(ours),
      jax('matmul', work),
      tfjs('matmul', work),
      ort('matmul', work),
      peakFor(flop),
    ],
    torch: ['matmul', ...[M, K, N].map(String), ...(xTransposed ? ['transposed'] : [])],
    check: (result) => sampledError(work(), result),
    // Sums of up to 1600 products in f32.
    tolerance: 2e-5,
  };
}

/** Largest error of 64 entries against f64, relative to the largest of them. */
export function sampledError({ M, K, N, xTransposed, x, w }: MatmulWork, result: Float32Array): number {
  if (result.length !== M * N) return Infinity;
  const random = uniform(5);
  let error = 0;
  let largest = 0;
  for (let s = 0; s < 64; s++) {
    const i = Math.floor(random() * M);
    const j = Math.floor(random() * N);
    let sum = 0;
    for (let k = 0; k < K; k++) sum += (xTransposed ? defined(x[k * M + i]) : defined(x[i * K + k])) * defined(w[k * N + j]);
    const d = Math.abs(sum - defined(result[i * N + j]));
    error = Number.isNaN(d) ? Infinity : Math.max(error, d);
    largest = Math.max(largest, Math.abs(sum));
  }
  return error / largest;
}

export const matmul: Group = {
  name: 'matmul',
  title: 'Products in f32, [M, K] x [K, N]; "of peak" against a loop of as many multiply-adds in registers',
  baseline: 'jax-js',
  entries: [entry('1024x1024x1024', 1024, 1024, 1024), entry('1600x768x768', 1600, 768, 768), entry('768x1600x768, left transposed (weight gradient)', 768, 1600, 768, true)],
};
