import { defined } from '../../../numbers/defined';
import type { MethodConfig } from '../../field';
import { largestSingular } from '../../largest';
import { num, type Arrays, type Layer } from '../../method';

/** Factor of the update. */
export const scaleOf = (c: MethodConfig): number => num(c, 'psoft_alpha') / num(c, 'r');

/**
 * A (r, in) and B (out, r) of the weight's largest singular values S and vectors: V^T and U S / s, or sqrt(S / s) on either side. The largest
 * entry of each row of V^T is positive, since R depends on the signs.
 */
export function vectorsOf(c: MethodConfig, { in: n, out: m }: Layer, weight: Float32Array): Arrays {
  const r = num(c, 'r');
  const { U, S, Vt } = largestSingular(weight, m, n, r);
  const signs = Array.from(S, (_, k) => Math.sign(Vt.subarray(k * n, (k + 1) * n).reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0)));
  const scaled = S.map((v) => v / scaleOf(c));
  const half = c.ab_svd_init === 'pissa_init';
  const [left, right] = half ? [scaled.map(Math.sqrt), scaled.map(Math.sqrt)] : [scaled, scaled.map(() => 1)];
  return {
    psoft_A: Float32Array.from(Vt, (v, at) => v * defined(signs[Math.floor(at / n)]) * defined(right[Math.floor(at / n)])),
    psoft_B: Float32Array.from(U, (u, at) => u * defined(signs[at % r]) * defined(left[at % r])),
  };
}
