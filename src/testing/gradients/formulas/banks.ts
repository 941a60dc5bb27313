import { at, mapped, matrix, plus, sum, times, valueAt, type Matrix } from '../matrix';
import { entry, setting, tensor, two, type Formula, type Given } from './formula';

/** Methods whose matrices are put together of numbers that all layers have in common. */

/** A part's mix: the vectors of the largest logits, by a softmax over these (arXiv 2405.15179, eq. 3 and 4). */
function mix(g: Given, logits: readonly number[], v: number): number {
  const order = logits.map((_, n) => n).sort((a, b) => valueAt(logits, b) - valueAt(logits, a)).slice(0, setting(g, 'topk', 2));
  const total = sum(order.length, (t) => Math.exp(valueAt(logits, valueAt(order, t))));
  return sum(order.length, (t) => (Math.exp(valueAt(logits, valueAt(order, t))) / total) * at(two(g, 'vblora_vector_bank'), valueAt(order, t), v));
}

/** W' = W + B A. */
export const vblora: Formula = {
  weight(g) {
    const [bank, r] = [tensor(g, 'vblora_vector_bank'), setting(g, 'r', 4)];
    const [N, L] = bank.shape as [number, number];
    const part = (name: string, i: number, j: number, v: number) => mix(g, Array.from({ length: N }, (_, n) => entry(tensor(g, name), i, j, n)), v);
    const A: Matrix = matrix(r, g.in, (k, i) => part('vblora_logits_A', k, Math.floor(i / L), i % L));
    const B: Matrix = matrix(g.out, r, (o, k) => part('vblora_logits_B', Math.floor(o / L), k, o % L));
    return mapped(g.weight, (value, o, i) => value + sum(r, (k) => at(B, o, k) * at(A, k, i)));
  },
};

/** W' = W + B R A, R the sum of v_i P_i with the vector of the layer's group (arXiv 2602.04118), the singular values in B and A by their roots, as PEFT has it. */
export const tinylora: Formula = {
  weight(g) {
    const [v, matrices] = [tensor(g, 'tinylora_v.0'), tensor(g, 'tinylora_P')];
    const [u, r] = matrices.shape as [number, number];
    const R = matrix(r, r, (j, k) => sum(u, (i) => valueAt(v.data, i) * entry(matrices, i, j, k)));
    return plus(g.weight, times(times(two(g, 'tinylora_B'), R), two(g, 'tinylora_A')));
  },
};

/** W' = W + B A, each entry of both a number of the vector by the factor that stands beside it (arXiv 2506.00799, eq. 3). */
export const unilora: Formula = {
  weight(g) {
    const [theta, r] = [tensor(g, 'unilora_theta_d'), setting(g, 'r', 4)];
    const placed = (side: string, i: number, j: number) => entry(theta, entry(tensor(g, `unilora_indices_${side}`), i, j)) * entry(tensor(g, `unilora_scales_${side}`), i, j);
    return mapped(g.weight, (value, o, i) => value + sum(r, (k) => placed('B', o, k) * placed('A', k, i)));
  },
};
