import { at, mapped, matrix, plus, sum, times, valueAt, type Matrix } from '../matrix';
import { entry, setting, tensor, two, type Formula, type Given } from './formula';

/** Methods of several products, whose factors are multiplied in other ways than one after the other. */

/** alpha / r; alpha is r where it is left out. */
const scale = (g: Given): number => setting(g, 'alpha', setting(g, 'r')) / setting(g, 'r');

const entrywise = (a: Matrix, b: Matrix): Matrix => mapped(a, (value, i, j) => value * valueAt(b.data, i * b.cols + j));

/** W' = W + s (w1_a w1_b) * (w2_a w2_b), entry by entry (arXiv 2108.06098). */
export const loha: Formula = { weight: (g) => plus(g.weight, entrywise(times(two(g, 'hada_w1_a'), two(g, 'hada_w1_b')), times(two(g, 'hada_w2_a'), two(g, 'hada_w2_b'))), scale(g)) };

/**
 * W' = W + s times blocks: output a of block j and input b of block i have sum over p of B[j][i q + p, a] A[i][b, j q + p], and a product of
 * hybrid_r on the whole (arXiv 2505.20355).
 */
export const gralora: Formula = {
  weight(g) {
    const [r, k, h] = [setting(g, 'r'), setting(g, 'gralora_k', 2), setting(g, 'hybrid_r', 0)];
    const [A, B] = [tensor(g, 'gralora_A'), tensor(g, 'gralora_B')];
    const [q, n, m] = [r / k, g.in / k, g.out / k];
    const blocks = matrix(g.out, g.in, (row, col) => {
      const [j, i] = [Math.floor(row / m), Math.floor(col / n)];
      return sum(q, (p) => entry(B, j, i * q + p, row % m) * entry(A, i, col % n, j * q + p));
    });
    const all = h > 0 ? plus(blocks, times(two(g, 'gralora_B_general.weight'), two(g, 'gralora_A_general.weight'))) : blocks;
    return plus(g.weight, all, setting(g, 'alpha', 2 * r) / (r + h));
  },
};

/** W' = W + sum over i of lambda / r times column i of B and row i of A, both of length 1, inputs scaled by the frozen norms of W's columns (arXiv 2503.18225). */
export const delora: Formula = {
  weight(g) {
    const [A, B, r] = [two(g, 'delora_A'), two(g, 'delora_B'), setting(g, 'r')];
    const [lambda, norms] = [tensor(g, 'delora_lambda').data, tensor(g, 'delora_w_norm').data];
    const length = (n: number, of: (k: number) => number) => Math.max(Math.sqrt(sum(n, (k) => of(k) ** 2)), 1e-4);
    const strengths = Array.from({ length: r }, (_, i) => valueAt(lambda, 0) / r / length(g.in, (k) => at(A, i, k)) / length(g.out, (k) => at(B, k, i)));
    return plus(g.weight, matrix(g.out, g.in, (row, col) => sum(r, (i) => valueAt(strengths, i) * at(B, row, i) * at(A, i, col)) * valueAt(norms, col)));
  },
};

/** The factors of a side, the first at most the second unless it is given: the two nearest to each other of which neither rule is broken. */
function sides(size: number, factor: number): readonly [number, number] {
  if (factor > 0 && size % factor === 0) return [factor, size / factor];
  const pairs = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0 && d * d <= size && (factor < 0 || d <= factor));
  const first = pairs.at(-1) ?? 1;
  return [first, size / first];
}

/** W' = W + s w1 (x) w2: entry (a k + b, c n + d) is w1[a, c] w2[b, d] (arXiv 2309.14859), either of them a product where the file has two. */
export const lokr: Formula = {
  weight(g) {
    const factor = setting(g, 'decompose_factor', -1);
    const one = (name: string): Matrix => (g.tensors[name] ? two(g, name) : times(two(g, `${name}_a`), two(g, `${name}_b`)));
    const [first, second] = [one('lokr_w1'), one('lokr_w2')];
    const [k, n] = [sides(g.out, factor)[1], sides(g.in, factor)[1]];
    return plus(g.weight, matrix(g.out, g.in, (i, j) => at(first, Math.floor(i / k), Math.floor(j / n)) * at(second, i % k, j % n)), scale(g));
  },
};
