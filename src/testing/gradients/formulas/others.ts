import { at, mapped, matrix, plus, transposed, valueAt } from '../matrix';
import { setting, tensor, two, type Formula } from './formula';

/** The weight itself. */
export const plain: Formula = { weight: (g) => two(g, 'weight') };

/** W' = W + S, S zero but for values at fixed places (arXiv 2406.13175). */
export const shira: Formula = {
  weight(g) {
    const places = two(g, 'shira_indices');
    const data = g.weight.data.slice();
    for (const [i, value] of tensor(g, 'shira_weight').data.entries()) {
      const place = at(places, 0, i) * g.in + at(places, 1, i);
      data[place] = valueAt(data, place) + value;
    }
    return { ...g.weight, data };
  },
};

/** y = x W^T + S(x) D: input i is added into place i mod r of S(x) (arXiv 2409.15371, as PEFT has it). */
export const miss: Formula = { weight: (g) => mapped(g.weight, (value, o, i) => value + at(two(g, 'miss_block'), i % setting(g, 'r'), o)) };

/** W' = W + s K, or K^T of a tall weight, where row m of K is the Kronecker product of rows v_m and u_m, cut to the longer side (arXiv 2508.00230). */
export const kradapter: Formula = {
  weight(g) {
    const [u, v] = [two(g, 'kradapter_u'), two(g, 'kradapter_v')];
    const [short, long] = [Math.min(g.in, g.out), Math.max(g.in, g.out)];
    const K = matrix(short, long, (m, q) => at(u, m, q % u.cols) * at(v, m, Math.floor(q / u.cols)));
    return plus(g.weight, g.out > g.in ? transposed(K) : K, setting(g, 'scaling', 1));
  },
};

