import { asMatrix, at, mapped, matrix, plus, sum, times, transposed, valueAt, type Matrix } from '../matrix';
import { entry, setting, tensor, two, type Formula, type Given } from './formula';
import { loraUpdate } from './lowRank';

/** Methods with fixed bases: random ones, or singular vectors of the weight. */

/** W' = W + diag(b) B diag(d) A (arXiv 2310.11454, eq. 2) with the layer's corner of A and B, which all layers share. */
export const vera: Formula = {
  weight(g) {
    const [A, B] = [two(g, 'vera_A'), two(g, 'vera_B')];
    const [{ data: b }, { data: d }] = [tensor(g, 'vera_lambda_b'), tensor(g, 'vera_lambda_d')];
    return plus(g.weight, matrix(g.out, g.in, (i, k) => valueAt(b, i) * sum(setting(g, 'r'), (j) => at(B, i, j) * valueAt(d, j) * at(A, j, k))));
  },
};

/** W' = W + diag(b) B diag(d) A, as VeRA's, with the first r of d's entries and of A's rows: those of the means, behind which the variances' stand (arXiv 2512.07703). */
export const pvera: Formula = {
  weight(g) {
    const [A, B] = [two(g, 'pvera_A'), two(g, 'pvera_B')];
    const [{ data: b }, { data: d }] = [tensor(g, 'pvera_lambda_b'), tensor(g, 'pvera_lambda_d')];
    return plus(g.weight, matrix(g.out, g.in, (i, k) => valueAt(b, i) * sum(setting(g, 'r'), (j) => at(B, i, j) * valueAt(d, j) * at(A, j, k))));
  },
};

/** W' = W + s (B A)^T, B = sum_k c_0k B_k (in, r), A = sum_k c_1k A_k (r, out) (arXiv 2310.02556, eq. 2); alpha is 1 where it is left out. */
export const nola: Formula = {
  weight(g) {
    const [r, count] = [setting(g, 'r'), setting(g, 'nola_num_bases')];
    const [c, As, Bs] = [tensor(g, 'nola_coefficients'), tensor(g, 'nola_basis_A'), tensor(g, 'nola_basis_B')];
    const B = matrix(g.in, r, (i, j) => sum(count, (k) => entry(c, 0, k) * entry(Bs, k, i, j)));
    const A = matrix(r, g.out, (j, o) => sum(count, (k) => entry(c, 1, k) * entry(As, k, j, o)));
    return plus(g.weight, transposed(times(B, A)), setting(g, 'nola_alpha', 1) / r);
  },
};

/** D (max, min) upon a weight (out, in): transposed where that is wide. */
const upon = (g: Given, D: Matrix, s: number): Matrix => plus(g.weight, g.out >= g.in ? D : transposed(D), s);

/** s sum_j B_j Lambda_j A Gamma_j (arXiv 2502.00987, eq. 4), (max, min), without s. */
function randloraUpdate(g: Given, r: number): Matrix {
  const [least, most] = [Math.min(g.in, g.out), Math.max(g.in, g.out)];
  const n = Math.ceil(least / r);
  const [A, B, lambda, gamma] = [tensor(g, 'randlora_A'), tensor(g, 'randlora_B'), tensor(g, 'randlora_lambda'), tensor(g, 'randlora_gamma')];
  const { ablation = 'none', pairing = 'peft' } = g.settings;
  if (ablation !== 'none') {
    // Of a group of bases the means of B_j Lambda_j, and the sums of Gamma_j, meet: all of them in RandLoRA-a, two by two in RandLoRA-b.
    const size = ablation === 'a' ? n : 2;
    let D = matrix(most, least, () => 0);
    for (let first = 0; first < n; first += size) {
      const members = Math.min(size, n - first);
      const left = matrix(most, r, (i, p) => sum(members, (j) => entry(B, i, first + j, p) * entry(lambda, p, first + j)) / members);
      const right = matrix(r, least, (p, k) => entry(A, p, 0, k) * sum(members, (j) => entry(gamma, first + j, k)));
      D = plus(D, times(left, right));
    }
    return D;
  }
  if (pairing === 'paper') {
    let D = matrix(most, least, () => 0);
    for (let j = 0; j < n; j++) D = plus(D, times(matrix(most, r, (i, p) => entry(B, i, j, p) * entry(lambda, p, j)), matrix(r, least, (p, k) => entry(A, p, 0, k) * entry(gamma, j, k))));
    return D;
  }
  // PEFT flattens both (n r long) and multiplies: B is counted base by base, the scaled A row by row.
  const left = asMatrix(Float64Array.from({ length: most * n * r }, (_, q) => entry(B, Math.floor(q / (n * r)), Math.floor((q % (n * r)) / r), q % r)), most, n * r);
  const right = asMatrix(Float64Array.from({ length: r * n * least }, (_, q) => {
    const [p, j, k] = [Math.floor(q / (n * least)), Math.floor(q / least) % n, q % least];
    return entry(lambda, p, j) * entry(A, p, 0, k) * entry(gamma, j, k);
  }), n * r, least);
  return times(left, right);
}

/** randlora_alpha / r; alpha is 20 r where it is left out. */
const randloraScale = (g: Given, r: number): number => setting(g, 'randlora_alpha', 20 * r) / r;

export const randlora: Formula = { weight: (g) => upon(g, randloraUpdate(g, setting(g, 'r')), randloraScale(g, setting(g, 'r'))) };

/** The updates of both, on one weight. */
export const loraRandlora: Formula = {
  weight(g) {
    const r = setting(g, 'randlora_r');
    return plus(upon(g, randloraUpdate(g, r), randloraScale(g, r)), loraUpdate(g));
  },
};

/** s sum_j B_j Lambda_j A_j Gamma_j, where each base has an A of its own. */
export const randloraSvd: Formula = {
  weight(g) {
    const r = setting(g, 'r');
    const [least, most] = [Math.min(g.in, g.out), Math.max(g.in, g.out)];
    const [A, B, lambda, gamma] = [tensor(g, 'randlora_A'), tensor(g, 'randlora_B'), tensor(g, 'randlora_lambda'), tensor(g, 'randlora_gamma')];
    const n = Math.ceil(least / r);
    let D = matrix(most, least, () => 0);
    for (let j = 0; j < n; j++) D = plus(D, times(matrix(most, r, (i, p) => entry(B, i, j, p) * entry(lambda, p, j)), matrix(r, least, (p, k) => entry(A, p, j, k) * entry(gamma, j, k))));
    return upon(g, D, randloraScale(g, r));
  },
};

/** The output hash of PCG (Jarzynski and Olano, JCGT 2020) on 32 bits, in whole numbers without a sign. */
export function pcg(value: number): number {
  const state = (Math.imul(value, 747_796_405) + 2_891_336_453) >>> 0;
  const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277_803_737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** Value i of basis k under a key: 16 bits of a word for two values, spread evenly in -1 to 1. */
function drawnAt(key: number, k: number, i: number): number {
  const word = pcg((pcg((k ^ pcg(key)) >>> 0) ^ Math.floor(i / 2)) >>> 0);
  return ((i % 2 ? Math.floor(word / 65_536) : word % 65_536) + 0.5) / 32_768 - 1;
}

/** W' = W + sum_k alpha_k P_k with one alpha for all layers (arXiv 2206.08464, eq. 1): P_k from a file, or drawn and over sqrt(in). */
export const pranc: Formula = {
  weight(g) {
    const count = setting(g, 'num_alpha');
    const { data: alpha } = tensor(g, 'pranc_alpha');
    const drawn = g.tensors.pranc_key;
    const basis = drawn ? drawnBases(drawn.data, count, g.out * g.in) : tensor(g, 'pranc_basis').data;
    const size = drawn ? Math.sqrt(g.in) : 1;
    return mapped(g.weight, (value, i, j) => value + sum(count, (k) => valueAt(alpha, k) * valueAt(basis, (k * g.out + i) * g.in + j)) / size);
  },
};

/** All bases of a key, drawn once. */
function drawnBases(parts: Float64Array, count: number, size: number): Float64Array {
  const key = valueAt(parts, 0) + 65_536 * valueAt(parts, 1);
  const name = `${key} ${count} ${size}`;
  const known = drawnBefore.get(name) ?? Float64Array.from({ length: count * size }, (_, q) => drawnAt(key, Math.floor(q / size), q % size));
  drawnBefore.set(name, known);
  return known;
}
const drawnBefore = new Map<string, Float64Array>();

/** W' = W + U M V^T, M sparse with entries s sigmoid(gate) (arXiv 2405.19597, eq. 2); entries at one place add up. */
export const svft: Formula = {
  weight(g) {
    const k = Math.min(g.in, g.out);
    const open = 1 / (1 + Math.exp(-valueAt(tensor(g, 'svft_layer.gate').data, 0)));
    const [rows, cols] = [tensor(g, 'svft_layer.s_row').data, tensor(g, 'svft_layer.s_col').data];
    const M = new Float64Array(k * k);
    for (const [i, s] of tensor(g, 'svft_layer.s').data.entries()) {
      const place = valueAt(rows, i) * k + valueAt(cols, i);
      M[place] = valueAt(M, place) + s * open;
    }
    return plus(g.weight, times(times(two(g, 'svft_layer.u'), asMatrix(M, k, k)), two(g, 'svft_layer.v')));
  },
};
