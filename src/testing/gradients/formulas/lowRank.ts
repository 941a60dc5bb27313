import { at, mapped, matrix, plus, sum, times, timesT, transposed, valueAt, type Matrix } from '../matrix';
import { setting, tensor, two, type Formula, type Given } from './formula';

/** Methods with a product of thin matrices. */

/** alpha / r, alpha / sqrt(r) for rsLoRA (arXiv 2312.03732); alpha is r where it is left out. */
export const loraScale = (g: Given): number => {
  const r = setting(g, 'r');
  return setting(g, 'lora_alpha', r) / (g.settings.use_rslora === true ? Math.sqrt(r) : r);
};

/** s B A */
export const loraUpdate = (g: Given): Matrix => mapped(times(two(g, 'lora_B.weight'), two(g, 'lora_A.weight')), (value) => loraScale(g) * value);

/** W' = W + s B A (arXiv 2106.09685, eq. 3). */
export const lora: Formula = { weight: (g) => plus(g.weight, loraUpdate(g)) };

/** W' = m V / ||V|| by rows, V = W + s B A, the norm held fast (arXiv 2402.09353, eq. 5 and 4.3). */
export const dora: Formula = {
  weight(g) {
    const v = plus(g.weight, loraUpdate(g));
    const held = plus(g.weight, loraUpdate({ ...g, tensors: g.held }));
    const norms = Array.from({ length: g.out }, (_, i) => Math.sqrt(sum(g.in, (k) => at(held, i, k) ** 2)));
    const { data: m } = tensor(g, 'lora_magnitude_vector');
    return mapped(v, (value, i) => (valueAt(m, i) * value) / valueAt(norms, i));
  },
};

/** W' = (W - s B0 A0) + s B A with the factors' start B0, A0 (arXiv 2404.02948, eq. 2 to 5). */
export const pissa: Formula = { weight: (g) => plus(plus(g.weight, times(two(g, 'pissa_B'), two(g, 'pissa_A')), -loraScale(g)), loraUpdate(g)) };

/** W' = W + s B R A, R alone trained (arXiv 2405.17604, eq. 2). */
export const loraXs: Formula = { weight: (g) => plus(g.weight, times(times(two(g, 'lora_B.weight'), two(g, '_lora_latent_mapping.weight')), two(g, 'lora_A.weight')), setting(g, 'lora_alpha') / setting(g, 'r')) };

/** W' = W + W * (B A), entry by entry (HiRA, ICLR 2025, eq. 3). */
export const hira: Formula = { weight: (g) => plus(g.weight, mapped(times(two(g, 'hira_B'), two(g, 'hira_A')), (value, i, j) => value * at(g.weight, i, j))) };

/** W' = W + s P Lambda Q (arXiv 2303.10512, eq. 3), s as PEFT divides; the loss gets gamma (||P^T P - I|| + ||Q Q^T - I||) as PEFT averages it, norms unsquared. */
export const adalora: Formula = {
  weight(g) {
    const [r, { data: e }] = [setting(g, 'init_r'), tensor(g, 'lora_E')];
    return plus(g.weight, times(mapped(two(g, 'lora_B'), (value, _, k) => value * valueAt(e, k)), two(g, 'lora_A')), setting(g, 'lora_alpha', r) / (r + 1e-5));
  },
  penalty(g) {
    const apart = (gram: Matrix) => Math.sqrt(sum(gram.rows * gram.rows, (k) => (valueAt(gram.data, k) - (k % (gram.rows + 1) === 0 ? 1 : 0)) ** 2));
    const [p, q] = [two(g, 'lora_B'), two(g, 'lora_A')];
    return (setting(g, 'orth_reg_weight', 0.5) * (apart(timesT(q, q)) + apart(times(transposed(p), p)))) / 2;
  },
};

/** W' = W + s sum_j softmax(alpha)_j b_j a_j^T (arXiv 2403.09113, eq. 2). */
export const autolora: Formula = {
  weight(g) {
    const r = setting(g, 'r');
    const weights = Array.from(tensor(g, 'autolora_alpha').data, Math.exp);
    const total = sum(r, (j) => valueAt(weights, j));
    const [A, B] = [two(g, 'lora_A.weight'), two(g, 'lora_B.weight')];
    return plus(g.weight, matrix(g.out, g.in, (i, k) => sum(r, (j) => (valueAt(weights, j) / total) * at(B, i, j) * at(A, j, k))), setting(g, 'lora_alpha', r * r) / r);
  },
};

/** y = x W^T + s sum_i softmax(x R^T)_i (x A^T) B_i^T, row by row (arXiv 2404.19245, eq. 2 and 3). */
export const hydralora: Formula = {
  added(g, x) {
    const heads = setting(g, 'lora_nums', 3);
    const odds = mapped(timesT(x, two(g, 'lora_route.weight')), Math.exp);
    const h = timesT(x, two(g, 'lora_A.weight'));
    let y = matrix(x.rows, g.out, () => 0);
    for (let head = 0; head < heads; head++) {
      const own = timesT(h, two(g, `lora_B${head}.weight`));
      y = plus(y, mapped(own, (value, row) => (value * at(odds, row, head)) / sum(heads, (one) => at(odds, row, one))), setting(g, 'lora_alpha', setting(g, 'r')) / setting(g, 'r'));
    }
    return y;
  },
};
