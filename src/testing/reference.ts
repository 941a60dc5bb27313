/** The ops' results, in f64 and as plainly as possible: the truth behind `OpCase.reference`. */

import { defined } from '../numbers/defined';
import type { Activation } from '../ops/activation';

type Array64 = Float64Array;
type Triple = readonly [number, number, number];
const zeros = (n: number): Array64 => new Float64Array(n);
/** Values of a function of the flat index. */
export const fill = (n: number, f: (i: number) => number): Array64 => Float64Array.from({ length: n }, (_, i) => f(i));

export interface MatmulShape {
  M: number;
  N: number;
  K: number;
  /** x is stored (K, M). */
  xT?: boolean;
  /** w is stored (N, K). */
  wT?: boolean;
  /** Elements between rows as stored; the matrix's own width when left out. */
  ldx?: number;
  ldw?: number;
  alpha?: number;
  /** First element of each operand. */
  x0?: number;
  w0?: number;
}

/** alpha * op(x) op(w). */
export function matmul(x: Array64, w: Array64, { M, N, K, xT = false, wT = false, ldx = xT ? M : K, ldw = wT ? K : N, alpha = 1, x0 = 0, w0 = 0 }: MatmulShape): Array64 {
  const out = zeros(M * N);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < K; k++) {
      const a = alpha * defined(x[x0 + (xT ? k * ldx + m : m * ldx + k)]);
      for (let n = 0; n < N; n++) out[m * N + n] = defined(out[m * N + n]) + (a * defined(w[w0 + (wT ? n * ldw + k : k * ldw + n)]));
    }
  }
  return out;
}

/** x + y, y repeating. */
export const plus = (x: Array64, y: Array64, alpha = 1, beta = 1): Array64 => x.map((v, i) => alpha * v + beta * defined(y[i % y.length]));

/** erf to about 1e-15: its power series near zero, erfc's continued fraction beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-18; n++) {
      term *= (-a * a) / n;
      sum += term / (2 * n + 1);
    }
    return Math.sign(x) * sum * (2 / Math.sqrt(Math.PI));
  }
  let f = 0;
  for (let k = 60; k > 0; k--) f = (k / 2) / (a + f);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + f));
}

const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

export const activations: Record<Activation, (x: number) => number> = {
  identity: (x) => x,
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
};

export function layerNorm(x: Array64, weight: Array64, bias: Array64, eps: number): Array64 {
  const width = weight.length;
  const out = zeros(x.length);
  for (let at = 0; at < x.length; at += width) {
    const row = x.subarray(at, at + width);
    const mean = row.reduce((s, v) => s + v, 0) / width;
    const variance = row.reduce((s, v) => s + (v - mean) ** 2, 0) / width;
    for (let c = 0; c < width; c++) out[at + c] = ((defined(row[c]) - mean) / Math.sqrt(variance + eps)) * defined(weight[c]) + defined(bias[c]);
  }
  return out;
}

export function attention(q: Array64, k: Array64, v: Array64, [B, T, C]: Triple, heads: number, causal = false, sees: (b: number, query: number, key: number) => boolean = () => true): Array64 {
  const D = C / heads;
  const out = zeros(B * T * C);
  const p = zeros(T);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < heads; h++) {
      const at = (t: number) => (b * T + t) * C + h * D;
      for (let t = 0; t < T; t++) {
        const keys = Array.from({ length: causal ? t + 1 : T }, (_, s) => s).filter((s) => sees(b, t, s));
        let top = -Infinity;
        for (const s of keys) {
          let score = 0;
          for (let d = 0; d < D; d++) score += defined(q[at(t) + d]) * defined(k[at(s) + d]);
          score /= Math.sqrt(D);
          p[s] = score;
          top = Math.max(top, score);
        }
        let total = 0;
        for (const s of keys) total += p[s] = Math.exp(defined(p[s]) - top);
        for (const s of keys) for (let d = 0; d < D; d++) out[at(t) + d] = defined(out[at(t) + d]) + (defined(p[s]) / total) * defined(v[at(s) + d]);
      }
    }
  }
  return out;
}

/** Mean over heads of the probabilities of that attention, (B, T, T). */
export function attentionMean(q: Array64, k: Array64, [B, T, C]: Triple, heads: number, causal = false): Array64 {
  const D = C / heads;
  const out = zeros(B * T * T);
  for (let b = 0; b < B; b++) {
    // The probabilities are what comes out where v is the identity, a column of it at a time.
    for (let h = 0; h < heads; h++) {
      const at = (x: Array64) => Float64Array.from({ length: T * D }, (_, i) => defined(x[(b * T + Math.floor(i / D)) * C + h * D + (i % D)]));
      for (let key = 0; key < T; key++) {
        const column = attention(at(q), at(k), Float64Array.from({ length: T * D }, (_, i) => Number(i === key * D)), [1, T, D], 1, causal);
        for (let t = 0; t < T; t++) out[(b * T + t) * T + key] = defined(out[(b * T + t) * T + key]) + (defined(column[t * D]) / heads);
      }
    }
  }
  return out;
}

/**
 * Attention rollout as its paper writes it: the whole product of (A + I) / 2 over the layers, rows normalised; then the mean of its rows
 * `first` to `first + count - 1`. Before layer i > 0 the last `fresh[i]` tokens are new, and come from none.
 */
export function rollout(means: Array64[], [B, T]: readonly [number, number], first: number, count: number, fresh: readonly number[] = []): Array64 {
  const out = zeros(B * T);
  for (let b = 0; b < B; b++) {
    let R = Float64Array.from({ length: T * T }, (_, i) => Number(Math.floor(i / T) === i % T));
    for (const [layer, mean] of means.entries()) {
      if (layer > 0) R.fill(0, (T - (fresh[layer] ?? 0)) * T);
      const A = Float64Array.from({ length: T * T }, (_, i) => 0.5 * defined(mean[b * T * T + i]) + 0.5 * Number(Math.floor(i / T) === i % T));
      for (let t = 0; t < T; t++) {
        const sum = A.subarray(t * T, t * T + T).reduce((a, v) => a + v, 0);
        for (let j = 0; j < T; j++) A[t * T + j] = defined(A[t * T + j]) / sum;
      }
      R = Float64Array.from(matmul(A, R, { M: T, N: T, K: T }));
    }
    for (let t = first; t < first + count; t++) for (let j = 0; j < T; j++) out[b * T + j] = defined(out[b * T + j]) + (defined(R[t * T + j]) / count);
  }
  return out;
}

/** (B, 4): loss, correct, counted, prediction; and the gradient of the sum of losses times `invCount`. Class k counts by `weights[k]`. */
export function crossEntropy(logits: Array64, labels: ArrayLike<number>, K: number, smoothing = 0, invCount = 1, weights: ArrayLike<number> = zeros(K).fill(1)): { rows: Array64; dlogits: Array64 } {
  const B = logits.length / K;
  const rows = zeros(B * 4);
  const dlogits = zeros(B * K);
  for (let b = 0; b < B; b++) {
    const row = logits.subarray(b * K, b * K + K);
    const top = Math.max(...row);
    const prediction = row.indexOf(top);
    const logTotal = top + Math.log(row.reduce((s, v) => s + Math.exp(v - top), 0));
    const label = defined(labels[b]);
    if (label < K) {
      // What the row's target gives each class, which need not sum to one.
      const target = fill(K, (k) => defined(weights[k]) * (smoothing / K + (k === label ? 1 - smoothing : 0)));
      const all = target.reduce((s, v) => s + v, 0);
      rows.set([target.reduce((s, v, k) => s + v * (logTotal - defined(row[k])), 0), Number(prediction === label), 1], b * 4);
      for (let k = 0; k < K; k++) dlogits[b * K + k] = (all * Math.exp(defined(row[k]) - logTotal) - defined(target[k])) * invCount;
    }
    rows[b * 4 + 3] = prediction;
  }
  return { rows, dlogits };
}

/** A row's target as a distribution: shares of two labels, smoothed. Source: timm.data.mixup.mixup_target. */
export function mixedCrossEntropy(logits: Array64, targets: readonly [label: number, other: number, share: number][], K: number, smoothing: number, invCount: number): { losses: number[]; dlogits: Array64 } {
  const dlogits = zeros(logits.length);
  const losses = targets.map(([label, other, share], b) => {
    const row = logits.subarray(b * K, b * K + K);
    const top = Math.max(...row);
    const logTotal = top + Math.log(row.reduce((s, v) => s + Math.exp(v - top), 0));
    const one = (y: number, k: number) => (k === y ? 1 - smoothing : 0) + smoothing / K;
    let loss = 0;
    for (let k = 0; k < K; k++) {
      const target = share * one(label, k) + (1 - share) * one(other, k);
      loss -= target * (defined(row[k]) - logTotal);
      dlogits[b * K + k] = (Math.exp(defined(row[k]) - logTotal) - target) * invCount;
    }
    return loss;
  });
  return { losses, dlogits };
}

export function patchify(pixels: Array64, [B, channels, height, width]: readonly [number, number, number, number], patch: number): Array64 {
  const out: number[] = [];
  for (let b = 0; b < B; b++)
    for (let ty = 0; ty < height; ty += patch)
      for (let tx = 0; tx < width; tx += patch)
        for (let c = 0; c < channels; c++)
          for (let y = 0; y < patch; y++)
            for (let x = 0; x < patch; x++) out.push(defined(pixels[((b * channels + c) * height + ty + y) * width + tx + x]));
  return Float64Array.from(out);
}

export function embed(patches: Array64, cls: Array64, positions: Array64): Array64 {
  const C = cls.length;
  const T = positions.length / C;
  const B = patches.length / (C * (T - 1));
  return fill(B * T * C, (i) => {
    const c = i % C;
    const t = Math.floor(i / C) % T;
    const b = Math.floor(i / C / T);
    return defined(positions[t * C + c]) + (t === 0 ? defined(cls[c]) : defined(patches[(b * (T - 1) + t - 1) * C + c]));
  });
}

export function pool(x: Array64, [B, T, C]: Triple, first: number, count: number): Array64 {
  return fill(B * C, (i) => {
    let s = 0;
    for (let t = first; t < first + count; t++) s += defined(x[(Math.floor(i / C) * T + t) * C + (i % C)]);
    return s / count;
  });
}

/** Euclidean norm of each row. */
export function rowNorms(x: Array64, width: number): Array64 {
  return fill(x.length / width, (r) => Math.hypot(...x.subarray(r * width, r * width + width)));
}

export function l2Normalize(x: Array64, width: number): Array64 {
  const norms = rowNorms(x, width);
  return x.map((v, i) => v / defined(norms[Math.floor(i / width)]));
}

/** x[r, c] * s[r] or s[c], x rows `ld` apart. */
export const scale = (x: Array64, s: Array64, byRows: boolean, rows: number, width: number, ld = width): Array64 =>
  fill(rows * width, (i) => {
    const r = Math.floor(i / width);
    const c = i % width;
    return defined(x[r * ld + c]) * defined(s[byRows ? r : c]);
  });

export function randloraScale(A: Array64, lambda: Array64, gamma: Array64, { r, n, d, ldA }: { r: number; n: number; d: number; ldA: number }, paper: boolean): Array64 {
  const out = zeros(n * r * d);
  for (let k = 0; k < r; k++)
    for (let j = 0; j < n; j++)
      for (let c = 0; c < d; c++) out[(paper ? j * r + k : k * n + j) * d + c] = defined(lambda[k * n + j]) * defined(A[k * ldA + c]) * defined(gamma[j * d + c]);
  return out;
}

/** sum over k of w[first + k] * bases[k, :rows, :cols]. */
export const combine = (bases: Array64, [n, maxRows, ld]: Triple, w: Array64, first: number, rows: number, cols: number): Array64 =>
  fill(rows * cols, (i) => {
    let s = 0;
    for (let k = 0; k < n; k++) s += defined(w[first + k]) * defined(bases[k * maxRows * ld + Math.floor(i / cols) * ld + (i % cols)]);
    return s;
  });

/** One AdamW update as torch.optim.AdamW makes it, in place; `t` is the number of the update from 1 on. */
export function adamwUpdate(
  { weight, grad, m, v }: Record<'weight' | 'grad' | 'm' | 'v', Array64>,
  { lr, weightDecay, beta1, beta2, eps, t }: Record<'lr' | 'weightDecay' | 'beta1' | 'beta2' | 'eps' | 't', number>,
): void {
  for (let i = 0; i < weight.length; i++) {
    m[i] = beta1 * defined(m[i]) + (1 - beta1) * defined(grad[i]);
    v[i] = beta2 * defined(v[i]) + (1 - beta2) * defined(grad[i]) ** 2;
    const mHat = defined(m[i]) / (1 - beta1 ** t);
    const vHat = defined(v[i]) / (1 - beta2 ** t);
    weight[i] = defined(weight[i]) * (1 - lr * weightDecay) - (lr * mHat) / (Math.sqrt(vHat) + eps);
  }
}

/** RandLoRA-a and -b: B (maxRows, N, r) averaged over groups of `size` bases, scaled by lambda (r, n); (rows, groups * r). */
export function groupsLeft(B: Array64, lambda: Array64, { rows, N, r, n, size }: Record<'rows' | 'N' | 'r' | 'n' | 'size', number>): Array64 {
  const groups = Math.ceil(n / size);
  const out = zeros(rows * groups * r);
  for (let m = 0; m < rows; m++)
    for (let j = 0; j < n; j++) {
      const g = Math.floor(j / size);
      const members = Math.min(n, (g + 1) * size) - g * size;
      for (let k = 0; k < r; k++) out[(m * groups + g) * r + k] = defined(out[(m * groups + g) * r + k]) + ((defined(B[(m * N + j) * r + k]) * defined(lambda[k * n + j])) / members);
    }
  return out;
}

/** A (r, 1, ldA) times gamma (n, d) summed over groups of `size` bases; (groups * r, d). */
export function groupsRight(A: Array64, gamma: Array64, { r, n, d, ldA, size }: Record<'r' | 'n' | 'd' | 'ldA' | 'size', number>): Array64 {
  const out = zeros(Math.ceil(n / size) * r * d);
  for (let j = 0; j < n; j++)
    for (let k = 0; k < r; k++)
      for (let c = 0; c < d; c++) out[(Math.floor(j / size) * r + k) * d + c] = defined(out[(Math.floor(j / size) * r + k) * d + c]) + (defined(A[k * ldA + c]) * defined(gamma[j * d + c]));
  return out;
}
