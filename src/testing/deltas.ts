import type { Layer } from '../adapters/method';
import { defined } from '../numbers/defined';
import { drawnBasis } from '../ops/drawnSum';
import type { MethodConfig } from '../train/protocol';

/** Arrays by name, in f64. */
export type Values = Record<string, Float64Array>;
export interface Base {
  data: Float64Array;
  shape: readonly number[];
}

/** a (m, k) times b (k, n). */
export function multiply(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let l = 0; l < k; l++) for (let j = 0; j < n; j++) out[i * n + j] = defined(out[i * n + j]) + (defined(a[i * k + l]) * defined(b[l * n + j]));
  return out;
}

export const transpose = (a: Float64Array, m: number, n: number): Float64Array => Float64Array.from(a, (_, i) => defined(a[(i % m) * n + Math.floor(i / m)]));

/**
 * W + delta (out, in) of every method in f64, written down from the papers' formulas and not from our code. `t` holds
 * the weight and the trainable tensors by suffix, `start` the same before any change, for what is detached.
 */
export function mergedReference(c: MethodConfig, layer: Layer, t: Values, start: Values, bases: Record<string, Base>): Float64Array {
  const { in: n, out: m } = layer;
  const r = c.r as number;
  const plus = (delta: Float64Array) => t.weight!.map((w, i) => w + defined(delta[i]));
  switch (c.method) {
    case 'lora':
    case 'dora': {
      const s = ((c.lora_alpha as number | null) ?? r) / (c.use_rslora ? Math.sqrt(r) : r);
      const v = (u: Values) => multiply(defined(u['lora_B.weight']), defined(u['lora_A.weight']), m, r, n).map((d, i) => defined(u.weight![i]) + s * d);
      if (c.method === 'lora') return v(t);
      const before = v(start);
      return v(t).map((x, i) => {
        const row = Math.floor(i / n);
        return (x * defined(t.lora_magnitude_vector![row])) / Math.hypot(...before.subarray(row * n, row * n + n));
      });
    }
    case 'pissa': {
      const s = ((c.lora_alpha as number | null) ?? r) / r;
      const before = multiply(bases.pissa_B!.data, bases.pissa_A!.data, m, r, n);
      return plus(multiply(defined(t['lora_B.weight']), defined(t['lora_A.weight']), m, r, n).map((d, i) => s * (d - defined(before[i]))));
    }
    case 'miss':
      return plus(Float64Array.from({ length: m * n }, (_, k) => defined(t.miss_block![((k % n) % r) * m + Math.floor(k / n)])));
    case 'lora_xs': {
      const s = (c.lora_alpha as number) / r;
      const BR = multiply(defined(bases['lora_B.weight']).data, defined(t['_lora_latent_mapping.weight']), m, r, r);
      return plus(multiply(BR, defined(bases['lora_A.weight']).data, m, r, n).map((d) => s * d));
    }
    case 'adalora': {
      const [rank, alpha] = [c.init_r as number, c.lora_alpha as number | null];
      const BE = t.lora_B!.map((b, i) => b * defined(t.lora_E![i % rank]));
      return plus(multiply(BE, t.lora_A!, m, rank, n).map((d) => ((alpha ?? rank) / (rank + 1e-5)) * d));
    }
    case 'autolora': {
      const total = t.autolora_alpha!.reduce((sum, a) => sum + Math.exp(a), 0);
      const B = defined(t['lora_B.weight']).map((b, i) => (b * Math.exp(defined(t.autolora_alpha![i % r]))) / total);
      return plus(multiply(B, defined(t['lora_A.weight']), m, r, n).map((d) => (((c.lora_alpha as number | null) ?? r * r) / r) * d));
    }
    case 'pranc': {
      const [low, high] = bases.pranc_key!.data;
      const delta = new Float64Array(m * n);
      t.pranc_alpha!.forEach((a, k) => drawnBasis(low! + 65_536 * high!, k, m * n).forEach((p, i) => (delta[i] = defined(delta[i]) + ((a * p) / Math.sqrt(n)))));
      return plus(delta);
    }
    case 'shira': {
      const at = bases.shira_indices!.data;
      const k = at.length / 2;
      const delta = new Float64Array(m * n);
      t.shira_weight!.forEach((v, i) => (delta[defined(at[i]) * n + defined(at[k + i])] = defined(delta[defined(at[i]) * n + defined(at[k + i])]) + v));
      return plus(delta);
    }
    case 'hira':
      return plus(multiply(t.hira_B!, t.hira_A!, m, r, n).map((p, i) => p * defined(t.weight![i])));
    case 'kradapter': {
      const [rows, cols] = [Math.min(n, m), Math.max(n, m)];
      const k1 = Math.floor(Math.sqrt(rows));
      const k2 = Math.ceil(cols / k1);
      const K = new Float64Array(rows * cols);
      for (let row = 0; row < rows; row++) for (let b = 0; b < k2; b++) for (let a = 0; a < k1 && b * k1 + a < cols; a++) K[row * cols + b * k1 + a] = (c.scaling as number) * defined(t.kradapter_u![row * k1 + a]) * defined(t.kradapter_v![row * k2 + b]);
      return plus(m <= n ? K : transpose(K, rows, cols));
    }
    case 'svft': {
      const k = Math.min(n, m);
      const [row, col] = [defined(bases['svft_layer.s_row']).data, defined(bases['svft_layer.s_col']).data];
      const M = new Float64Array(k * k);
      defined(t['svft_layer.s']).forEach((s, i) => (M[defined(row[i]) * k + defined(col[i])] = defined(M[defined(row[i]) * k + defined(col[i])]) + (s / (1 + Math.exp(-defined(defined(t['svft_layer.gate'])[0]))))));
      return plus(multiply(multiply(defined(bases['svft_layer.u']).data, M, m, k, k), defined(bases['svft_layer.v']).data, m, k, n));
    }
    case 'vera': {
      const { vera_A: A, vera_B: B } = bases as { vera_A: Base; vera_B: Base };
      return plus(
        new Float64Array(m * n).map((_, i) => {
          const [o, c2] = [Math.floor(i / n), i % n];
          let s = 0;
          for (let k = 0; k < r; k++) s += defined(B.data[o * r + k]) * defined(t.vera_lambda_d![k]) * defined(A.data[k * defined(A.shape[1]) + c2]);
          return defined(t.vera_lambda_b![o]) * s;
        }),
      );
    }
    case 'nola': {
      const { nola_basis_A: A, nola_basis_B: B } = bases as { nola_basis_A: Base; nola_basis_B: Base };
      const count = defined(A.shape[0]);
      const w = t.nola_coefficients!;
      const s = ((c.nola_alpha as number | null) ?? 1) / r;
      const delta = new Float64Array(m * n);
      for (let k = 0; k < r; k++) {
        for (let i = 0; i < n; i++) {
          let b = 0;
          for (let q = 0; q < count; q++) b += defined(w[q]) * defined(B.data[(q * defined(B.shape[1]) + i) * r + k]);
          for (let o = 0; o < m; o++) {
            let a = 0;
            for (let q = 0; q < count; q++) a += defined(w[count + q]) * defined(A.data[(q * r + k) * defined(A.shape[2]) + o]);
            delta[o * n + i] = defined(delta[o * n + i]) + (s * b * a);
          }
        }
      }
      return plus(delta);
    }
    case 'randlora': {
      const [mn, mx] = [Math.min(n, m), Math.max(n, m)];
      const count = Math.ceil(mn / r);
      const s = ((c.randlora_alpha as number | null) ?? 20 * r) / r;
      const D = randloraUpdate(c, mx, mn, r, count, t.randlora_lambda!, t.randlora_gamma!, bases.randlora_A!, bases.randlora_B!);
      return plus((n <= m ? D : transpose(D, mx, mn)).map((d) => s * d));
    }
    case 'lora_randlora': {
      const low = mergedReference({ ...c, method: 'lora' }, layer, t, start, bases);
      return mergedReference({ ...c, method: 'randlora', r: c.randlora_r }, layer, { ...t, weight: low }, start, bases);
    }
    case 'randlora_svd': {
      const [mn, mx] = [Math.min(n, m), Math.max(n, m)];
      const count = Math.ceil(mn / r);
      const { randlora_A: A, randlora_B: B } = bases as { randlora_A: Base; randlora_B: Base };
      const D = new Float64Array(mx * mn);
      for (let i = 0; i < mx; i++) for (let j = 0; j < count; j++) for (let p = 0; p < r; p++) for (let k = 0; k < mn; k++) D[i * mn + k] = defined(D[i * mn + k]) + (defined(B.data[(i * count + j) * r + p]) * defined(t.randlora_lambda![p * count + j]) * defined(A.data[(p * count + j) * mn + k]) * defined(t.randlora_gamma![j * mn + k]));
      return plus((n <= m ? D : transpose(D, mx, mn)).map((d) => (((c.randlora_alpha as number | null) ?? 20 * r) / r) * d));
    }
    default:
      return t.weight!;
  }
}

/**
 * Update (rows, out) that a method whose update is no weight adds for x (rows, in), in f64. `dropped` is x after dropout.
 */
export function addedReference(c: MethodConfig, { in: n, out: m }: Layer, t: Values, x: Float64Array, dropped = x): Float64Array {
  const [r, heads] = [c.r as number, c.lora_nums as number];
  const rows = x.length / n;
  const s = ((c.lora_alpha as number | null) ?? r) / r;
  const h = multiply(dropped, transpose(defined(t['lora_A.weight']), r, n), rows, n, r);
  const z = multiply(x, transpose(defined(t['lora_route.weight']), heads, n), rows, n, heads).map(Math.exp);
  const out = new Float64Array(rows * m);
  for (let i = 0; i < heads; i++) {
    const y = multiply(h, transpose(defined(t[`lora_B${i}.weight`]), m, r), rows, r, m);
    y.forEach((v, at) => {
      const row = Math.floor(at / m) * heads;
      out[at] = defined(out[at]) + ((s * v * defined(z[row + i])) / z.subarray(row, row + heads).reduce((a, b) => a + b));
    });
  }
  return out;
}

/** The update (max, min) before scaling and transposition. */
function randloraUpdate(c: MethodConfig, mx: number, mn: number, r: number, n: number, lambda: Float64Array, gamma: Float64Array, A: Base, B: Base): Float64Array {
  const ldA = defined(A.shape[2]);
  const rowsB = defined(B.shape[1]) * r;
  const b = (row: number, j: number, k: number) => defined(B.data[row * rowsB + j * r + k]);
  const D = new Float64Array(mx * mn);
  const each = (body: (row: number, col: number) => number) => {
    for (let row = 0; row < mx; row++) for (let col = 0; col < mn; col++) D[row * mn + col] = body(row, col);
    return D;
  };
  if (c.ablation === 'a' || c.ablation === 'b') {
    // Groups of bases: (mean of B_j Lambda_j) A (sum of Gamma_j). One group for a (rank r), pairs for b (half the rank).
    const size = c.ablation === 'a' ? n : 2;
    return each((row, col) => {
      let s = 0;
      for (let from = 0; from < n; from += size) {
        const group = Array.from({ length: Math.min(size, n - from) }, (_, i) => from + i);
        const g = group.reduce((sum, j) => sum + defined(gamma[j * mn + col]), 0);
        for (let k = 0; k < r; k++) s += (group.reduce((sum, j) => sum + b(row, j, k) * defined(lambda[k * n + j]), 0) / group.length) * defined(A.data[k * ldA + col]) * g;
      }
      return s;
    });
  }
  if (c.pairing === 'paper') {
    // sum over j of B_j diag(lambda_j) A diag(gamma_j)
    return each((row, col) => {
      let s = 0;
      for (let j = 0; j < n; j++) for (let k = 0; k < r; k++) s += b(row, j, k) * defined(lambda[k * n + j]) * defined(A.data[k * ldA + col]) * defined(gamma[j * mn + col]);
      return s;
    });
  }
  // PEFT: column j * r + k of B meets row k * n + j of A, so entry c of either is another (j, k).
  return each((row, col) => {
    let s = 0;
    for (let q = 0; q < n * r; q++) {
      const [k, j] = [Math.floor(q / n), q % n];
      s += b(row, Math.floor(q / r), q % r) * defined(lambda[k * n + j]) * defined(A.data[k * ldA + col]) * defined(gamma[j * mn + col]);
    }
    return s;
  });
}

/** Numerical rank: pivots of a Gaussian elimination with full pivoting, above `epsilon` of the largest. */
export function rankOf(matrix: Float64Array, rows: number, cols: number, epsilon = 1e-5): number {
  const a = matrix.slice();
  let first = 0;
  for (let rank = 0; rank < Math.min(rows, cols); rank++) {
    let [pr, pc, best] = [rank, rank, 0];
    for (let i = rank; i < rows; i++) for (let j = rank; j < cols; j++) if (Math.abs(defined(a[i * cols + j])) > best) [pr, pc, best] = [i, j, Math.abs(defined(a[i * cols + j]))];
    if (rank === 0) first = best;
    if (best <= epsilon * first || best === 0) return rank;
    for (let j = 0; j < cols; j++) [a[rank * cols + j], a[pr * cols + j]] = [defined(a[pr * cols + j]), defined(a[rank * cols + j])];
    for (let i = 0; i < rows; i++) [a[i * cols + rank], a[i * cols + pc]] = [defined(a[i * cols + pc]), defined(a[i * cols + rank])];
    for (let i = rank + 1; i < rows; i++) {
      const f = defined(a[i * cols + rank]) / defined(a[rank * cols + rank]);
      for (let j = rank; j < cols; j++) a[i * cols + j] = defined(a[i * cols + j]) - (f * defined(a[rank * cols + j]));
    }
  }
  return Math.min(rows, cols);
}
