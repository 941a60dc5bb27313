import { at, mapped, matrix, plus, sum, times, transposed, valueAt, type Matrix } from '../matrix';
import { entry, setting, tensor, two, type Formula, type Given } from './formula';

/** Methods that turn or reflect what goes into a layer or comes out of it. */

const dot = (a: readonly number[], b: readonly number[]): number => sum(a.length, (k) => valueAt(a, k) * valueAt(b, k));

/** X (I - 2 u u^T / |u|^2) */
const reflected = (X: Matrix, u: readonly number[]): Matrix => {
  const along = times(X, { rows: u.length, cols: 1, data: Float64Array.from(u) });
  return plus(X, matrix(X.rows, X.cols, (i, k) => at(along, i, 0) * valueAt(u, k)), -2 / dot(u, u));
};

/** W' = W H_0 ... H_(r-1), reflections on the columns of u, or on those that Gram and Schmidt make of them (arXiv 2405.17484, eq. 4 and 8). */
export const hra: Formula = {
  weight(g) {
    const u = two(g, 'hra_u');
    const normals: number[][] = [];
    for (let j = 0; j < u.cols; j++) {
      let normal = Array.from({ length: u.rows }, (_, k) => at(u, k, j));
      if (g.settings.apply_GS === true) {
        for (const before of normals) {
          const share = dot(before, normal) / dot(before, before);
          normal = normal.map((v, k) => v - share * valueAt(before, k));
        }
      }
      normals.push(normal);
    }
    return normals.reduce(reflected, g.weight);
  },
};

/** Columns y of all outputs, those of each pair turned and stretched: R y of RoAd, by variant (arXiv 2409.00119, eq. 5; pairs as in PEFT). */
function turnedPairs(g: Given, y: Matrix): Matrix {
  const { variant = 'road_1', group_size } = g.settings;
  const size = Number(group_size);
  const middle = size / 2;
  const [theta, alpha] = [tensor(g, 'road_theta').data, tensor(g, 'road_alpha').data];
  const place = (o: number, sine: boolean): number => {
    const [group, within] = [Math.floor(o / size), o % size];
    if (variant === 'road_1') return group * middle + (within % middle);
    return variant === 'road_2' ? o : (2 * group + Number(sine)) * size + within;
  };
  const cosine = (o: number) => valueAt(alpha, place(o, false)) * Math.cos(valueAt(theta, place(o, false)));
  const sine = (o: number) => valueAt(alpha, place(o, true)) * Math.sin(valueAt(theta, place(o, true)));
  return matrix(y.rows, y.cols, (o, k) => cosine(o) * at(y, o, k) + (o % size < middle ? -sine(o) * at(y, o + middle, k) : sine(o) * at(y, o - middle, k)));
}

/** W' = R W and b' = R b. */
export const road: Formula = {
  weight: (g) => turnedPairs(g, g.weight),
  bias: (g, base) => base && turnedPairs(g, { rows: base.length, cols: 1, data: base }).data,
};

const identity = (n: number): Matrix => matrix(n, n, (i, j) => Number(i === j));

/** A^-1, by Gauss and Jordan, with the largest of each column for its pivot. */
export function inverseOf(a: Matrix): Matrix {
  const n = a.rows;
  const rows = Array.from({ length: n }, (_, i) => Array.from({ length: 2 * n }, (__, j) => (j < n ? at(a, i, j) : Number(j - n === i))));
  for (let k = 0; k < n; k++) {
    rows.push(...rows.splice(k).sort((p, q) => Math.abs(valueAt(q, k)) - Math.abs(valueAt(p, k))));
    const pivot = (rows[k] ?? []).map((v, _, all) => v / valueAt(all, k));
    for (const [i, row] of rows.entries()) rows[i] = i === k ? pivot : row.map((v, j) => v - valueAt(row, k) * valueAt(pivot, j));
  }
  return matrix(n, n, (i, j) => valueAt(rows[i] ?? [], n + j));
}

/** Q of a row that fills its upper triangle. */
export const skewOf = (row: readonly number[], n: number): Matrix => {
  const upper = matrix(n, n, (i, j) => (j > i ? valueAt(row, sum(i, (k) => n - 1 - k) + j - i - 1) : 0));
  return plus(upper, transposed(upper), -1);
};

/** (I - Q) (I + Q)^-1 */
export const cayleyOf = (Q: Matrix): Matrix => times(plus(identity(Q.rows), Q, -1), inverseOf(plus(identity(Q.rows), Q)));

/** I, then 2 Q and 2 Q^2, further powers twice and a last one once, as PEFT counts terms. */
export function cayleySum(Q: Matrix, terms: number): Matrix {
  let R = identity(Q.rows);
  if (terms > 1) R = plus(R, Q, 2);
  if (terms < 3) return R;
  let power = times(Q, Q);
  R = plus(R, power, 2);
  for (let k = 3; k < terms - 1; k++) {
    power = times(power, Q);
    R = plus(R, power, 2);
  }
  return plus(R, times(power, Q));
}

const rowOf = (a: Matrix, i: number): number[] => Array.from({ length: a.cols }, (_, j) => at(a, i, j));

/** The number that divides n and is nearest to the wanted one; of two as near, the smaller. */
const nearest = (n: number, wanted: number): number =>
  Array.from({ length: n }, (_, k) => k + 1).filter((k) => n % k === 0).reduce((best, k) => (Math.abs(k - wanted) < Math.abs(best - wanted) ? k : best), 1);

/**
 * Blocks of inputs x R, so W' = W R^T (arXiv 2306.07280; series: 2506.19847). Under COFT values are those that the bound leaves, and the
 * gradient that at them: the bound itself is held fast.
 */
export const oft: Formula = {
  weight(g) {
    const [wanted, r] = [setting(g, 'oft_block_size', 32), setting(g, 'r', 0)];
    const size = wanted > 0 ? nearest(g.in, wanted) : g.in / nearest(g.in, r);
    const [now, before] = [two(g, 'oft_R.weight'), two({ tensors: g.held }, 'oft_R.weight')];
    const R = Array.from({ length: now.rows }, (_, block) => {
      const [Q, held] = [skewOf(rowOf(now, block), size), skewOf(rowOf(before, block), size)];
      const bound = g.settings.coft === true ? setting(g, 'eps') / Math.sqrt(now.rows) : Infinity;
      const norm = Math.sqrt(sum(size * size, (k) => valueAt(held.data, k) ** 2));
      const bounded = norm > bound ? plus(Q, held, bound / norm - 1) : Q;
      return g.settings.use_cayley_neumann === false ? cayleyOf(bounded) : cayleySum(bounded, setting(g, 'num_cayley_neumann_terms', 5));
    });
    const ofBlock = (block: number): Matrix => R[R.length === 1 ? 0 : block] ?? identity(size);
    return mapped(g.weight, (_, o, i) => {
      const [block, j] = [Math.floor(i / size), i % size];
      return sum(size, (k) => at(g.weight, o, block * size + k) * at(ofBlock(block), j, k));
    });
  },
};

/** P of factor i: the p-th row has its one at the p-th entry of runs whose even chunks of half a block come before the odd ones. */
function permutation(n: number, size: number, i: number): Matrix {
  const order: number[] = [];
  const run = size * 2 ** i;
  for (let first = 0; first < n; first += run) {
    const chunks = Array.from({ length: (2 * run) / size }, (_, k) => Array.from({ length: size / 2 }, (__, j) => first + (k * size) / 2 + j));
    for (const odd of [0, 1]) order.push(...chunks.filter((_, k) => k % 2 === odd).flat());
  }
  return matrix(n, n, (p, q) => Number(i === 0 ? p === q : order[p] === q));
}

/** W' = diag(s) W O^T, O = F_(m-1) ... F_0, F_i = P_i blockdiag(C_i) P_i^T (arXiv 2311.06243, eq. 4; as in PEFT). */
export const boft: Formula = {
  weight(g) {
    const R = tensor(g, 'boft_R');
    const [factors, blocks, size] = [valueAt(R.shape, 0), valueAt(R.shape, 1), valueAt(R.shape, 2)];
    let O = identity(g.in);
    for (let i = 0; i < factors; i++) {
      const C = Array.from({ length: blocks }, (_, block) => cayleyOf(matrix(size, size, (p, q) => (entry(R, i, block, p, q) - entry(R, i, block, q, p)) / 2)));
      const D = matrix(g.in, g.in, (p, q) => (Math.floor(p / size) === Math.floor(q / size) ? at(C[Math.floor(p / size)] ?? identity(size), p % size, q % size) : 0));
      const P = permutation(g.in, size, i);
      O = times(times(times(P, D), transposed(P)), O);
    }
    return mapped(times(g.weight, transposed(O)), (value, o) => value * valueAt(tensor(g, 'boft_s').data, o));
  },
};

/** W' = W - U_r S_r V_r^T + U_r S_r (diag(b) C diag(a)) V_r^T, C = (I + Q) (I - Q)^-1 of a skew-symmetric Q (arXiv 2505.11235; where the diagonals stand, and the bound of the series, as in PEFT). */
export const psoft: Formula = {
  weight(g) {
    const { settings, tensors } = g;
    const r = setting(g, 'r');
    let C = two(g, 'psoft_R.weight');
    if (settings.psoft_orth !== false) {
      const Q = skewOf(Array.from(C.data), r);
      const norm = Math.sqrt(sum(r * r, (k) => valueAt(Q.data, k) ** 2));
      const bound = setting(g, 'cayley_neumann_eps', Infinity);
      const bounded = norm > bound ? mapped(Q, (value) => (value * bound) / norm) : Q;
      C = settings.use_cayley_neumann === true ? cayleySum(bounded, setting(g, 'num_cayley_neumann_terms', 5)) : times(plus(identity(r), Q), inverseOf(plus(identity(r), Q, -1)));
    }
    const factor = (name: string, k: number): number => (tensors[name] ? valueAt(tensors[name].data, k) : 1);
    const R = mapped(C, (value, i, j) => factor('psoft_R.vector_b', i) * value * factor('psoft_R.vector_a', j));
    return plus(g.weight, times(times(two(g, 'psoft_B'), plus(R, identity(r), -1)), two(g, 'psoft_A')), setting(g, 'psoft_alpha', 32) / r);
  },
};
