import { defined } from '../../../numbers/defined';
import { num, numOr, type Equivalent } from '../../method';

/**
 * NoLA as the LoRA that it is: delta = s (B A)^T with B (in, r) and A (r, out) mixed from the bases, so lora_A = B^T (r, in),
 * lora_B = A^T (out, r), and lora_alpha = nola_alpha. The mixing sums are taken in f64.
 */
export const equivalent: Equivalent = {
  config: (c) => ({ r: num(c, 'r'), lora_alpha: numOr(c, 'nola_alpha', 1) }),
  tensors(c, { in: n, out: m }, tensor) {
    const r = num(c, 'r');
    const coefficients = tensor('nola_coefficients').data;
    const count = coefficients.length / 2;
    const [A, B] = [tensor('nola_basis_A'), tensor('nola_basis_B')];
    const [ldB, ldA] = [defined(B.shape[1]), defined(A.shape[2])];
    // One basis after the other: basis_B (count, ldB, r), basis_A (count, r, ldA).
    return {
      'lora_A.weight': mix(r * n, count, coefficients.subarray(0, count), B.data, ldB * r, (k, i) => i * r + k, n),
      'lora_B.weight': mix(m * r, count, coefficients.subarray(count), A.data, ldA * r, (o, k) => k * ldA + o, r),
    };
  },
};

/** sum_q c[q] basis[q, at(row, col)] for every entry of a matrix with `cols` columns. */
function mix(size: number, count: number, c: Float32Array, bases: Float32Array, stride: number, at: (row: number, col: number) => number, cols: number): Float32Array {
  const sums = new Float64Array(size);
  const places = Uint32Array.from(sums, (_, i) => at(Math.floor(i / cols), i % cols));
  for (let q = 0; q < count; q++) for (let i = 0; i < size; i++) sums[i] = defined(sums[i]) + (defined(c[q]) * defined(bases[q * stride + defined(places[i])]));
  return Float32Array.from(sums);
}
