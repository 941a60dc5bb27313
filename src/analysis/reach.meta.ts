import { defined } from '../numbers/defined';
import { cos, exp, lengthOf, log } from '../numbers/elementary';
import { singularValues } from '../numbers/singular';
import { rankLimit } from './rank.meta';

/**
 * How near updates of several forms come to a target matrix, with as many trained numbers: a problem without data or training,
 * solved by alternating least squares, turn by turn: the first answer is there at once, and each turn comes nearer. All in f64, matrices are row-major, and random numbers come from a seed, so that the same
 * bits come out everywhere. `benchmarks/reach.py` solves the same with numpy.
 */

/** Rows and columns of every matrix here. */
export const SIDE = 128;
/** Numbers of the matrix itself. */
export const ALL = SIDE * SIDE;

/** Singular values of a target up to its rank: all 1, or falling from 1 to e^-4. */
export type Course = 'equal' | 'falling';

export interface Target {
  matrix: Float64Array;
  /** Its singular values that are not 0, largest first. */
  singular: Float64Array;
  /** Its left and right singular vectors, one a row. */
  left: Float64Array;
  right: Float64Array;
}

/** The nearest update of a form that was found. */
export interface Reached {
  /** Trained numbers. */
  numbers: number;
  matrix: Float64Array;
  /** ‖matrix − target‖ / ‖target‖, of the squares of all entries. */
  error: number;
  /** All singular values of the matrix, largest first, and how many of them count. */
  singular: Float64Array;
  rank: number;
}

/** A form that is solved in turns: each leaves what was found so far, to be looked at. */
export type Turns = Generator<() => Reached, never, void>;

/** What so many more turns find; the first is a good answer already. */
export function after(turns: Turns, count = 1): Reached {
  let look = turns.next().value;
  for (let i = 1; i < count; i++) look = turns.next().value;
  return look();
}

/** Uniform numbers above 0 and up to 1 (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 1) / 2 ** 32;
  };
}

/** Normal numbers of mean 0 and deviation 1 (Box and Muller). */
export function normal(count: number, seed: number): Float64Array {
  const next = uniform(seed);
  return Float64Array.from({ length: count }, () => Math.sqrt(-2 * log(next())) * cos(2 * Math.PI * next()));
}

/** Makes the first `count` rows of `x` orthonormal, in their order (Gram and Schmidt, twice). */
function orthonormalise(x: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const row = x.subarray(i * SIDE, (i + 1) * SIDE);
    for (let twice = 0; twice < 2; twice++) {
      for (let j = 0; j < i; j++) {
        const s = dot(x, i * SIDE, x, j * SIDE);
        for (let k = 0; k < SIDE; k++) row[k] = defined(row[k]) - s * defined(x[j * SIDE + k]);
      }
    }
    const length = lengthOf(row);
    for (let k = 0; k < SIDE; k++) row[k] = defined(row[k]) / length;
  }
}

/** Sum of products, in four sums beside each other: one alone waits for each addition. */
function dot(x: Float64Array, at: number, y: Float64Array, from: number, length = SIDE): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    a += defined(x[at + k]) * defined(y[from + k]);
    b += defined(x[at + k + 1]) * defined(y[from + k + 1]);
    c += defined(x[at + k + 2]) * defined(y[from + k + 2]);
    d += defined(x[at + k + 3]) * defined(y[from + k + 3]);
  }
  for (; k < length; k++) a += defined(x[at + k]) * defined(y[from + k]);
  return a + b + (c + d);
}

/** x y of `rows` rows: (rows, inner) times (inner, SIDE), four rows of y at a time. */
function product(x: Float64Array, y: Float64Array, rows: number, inner: number): Float64Array {
  const out = new Float64Array(rows * SIDE);
  for (let i = 0; i < rows; i++) {
    const row = out.subarray(i * SIDE, (i + 1) * SIDE);
    let p = 0;
    for (; p + 3 < inner; p += 4) {
      const at = i * inner + p;
      const a = defined(x[at]);
      const b = defined(x[at + 1]);
      const c = defined(x[at + 2]);
      const d = defined(x[at + 3]);
      for (let k = 0, f = p * SIDE; k < SIDE; k++, f++) row[k] = defined(row[k]) + (a * defined(y[f]) + b * defined(y[f + SIDE])) + (c * defined(y[f + 2 * SIDE]) + d * defined(y[f + 3 * SIDE]));
    }
    for (; p < inner; p++) {
      const a = defined(x[i * inner + p]);
      for (let k = 0, f = p * SIDE; k < SIDE; k++, f++) row[k] = defined(row[k]) + a * defined(y[f]);
    }
  }
  return out;
}

/** The transpose of x (rows, cols). */
function transposed(x: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = defined(x[i * cols + j]);
  return out;
}

/** x xᵀ of `count` rows: products of four rows with one at a time. */
function gram(x: Float64Array, count: number): Float64Array {
  const out = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = i * SIDE, f = j * SIDE, end = k + SIDE; k < end; k++, f++) {
        const s = defined(x[k]);
        a += s * defined(x[f]);
        b += s * defined(x[f + SIDE]);
        c += s * defined(x[f + 2 * SIDE]);
        d += s * defined(x[f + 3 * SIDE]);
      }
      out[i * count + j] = out[j * count + i] = a;
      out[i * count + j + 1] = out[(j + 1) * count + i] = b;
      out[i * count + j + 2] = out[(j + 2) * count + i] = c;
      out[i * count + j + 3] = out[(j + 3) * count + i] = d;
    }
    for (; j <= i; j++) out[i * count + j] = out[j * count + i] = dot(x, i * SIDE, x, j * SIDE);
  }
  return out;
}

/** Replaces the lower half of a (n, n), symmetric and positive, by its Cholesky factor; 1e-12 of its mean diagonal is added, so that what hardly counts stays small. */
function factorise(a: Float64Array, n: number): void {
  let ridge = 0;
  for (let i = 0; i < n; i++) ridge += (1e-12 * defined(a[i * n + i])) / n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const s = defined(a[i * n + j]) + (i === j ? ridge : 0) - dot(a, i * n, a, j * n, j);
      a[i * n + j] = i === j ? Math.sqrt(s) : s / defined(a[j * n + j]);
    }
  }
}

/** Solves L Lᵀ x = b in place, for the factor of `factorise`. */
function solve(L: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    b[i] = (defined(b[i]) - dot(L, i * n, b, 0, i)) / defined(L[i * n + i]);
  }
  for (let i = n - 1; i >= 0; i--) {
    const x = (b[i] = defined(b[i]) / defined(L[i * n + i]));
    for (let k = 0, at = i * n; k < i; k++, at++) b[k] = defined(b[k]) - x * defined(L[at]);
  }
}

/** Orthonormal rows, the first of which are smooth: a target of low rank then looks like clouds, and each direction more adds detail. */
function smoothBasis(seed: number): Float64Array {
  const near = Float64Array.from({ length: ALL }, (_, i) => exp(-(((i % SIDE) - Math.floor(i / SIDE)) ** 2) / 32));
  const rows = product(normal(ALL, seed), near, SIDE, SIDE);
  const rough = normal(ALL, seed + 1);
  // Smooth rows alone are no more than some twenty directions.
  for (let i = 0; i < ALL; i++) rows[i] = defined(rows[i]) + 1e-3 * defined(rough[i]);
  orthonormalise(rows, SIDE);
  return rows;
}

/** What is made at its first use, and kept. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Everything that is drawn, each of a seed of its own. */
const drawn = {
  vectors: once(() => ({ left: smoothBasis(1), right: smoothBasis(3) })),
  weights: once(() => normal(ALL, 5)),
  /** Columns of random bases, one a row, and rows; a sum of bases takes the first of them. `G` are the products of the columns. */
  bases: once(() => {
    const B = normal(COLUMNS * SIDE, 7);
    return { B, A: normal(ALL, 8), G: gram(B, COLUMNS) };
  }),
  pair: once(() => {
    const A = normal(ALL, 9);
    return { A, AA: gram(A, SIDE), B: normal(ALL, 10) };
  }),
};
/** No sum of bases has more columns. */
const COLUMNS = 2 * SIDE;

/** A target of this rank. */
export function targetOf(rank: number, course: Course): Target {
  const { left, right } = drawn.vectors();
  const singular = Float64Array.from({ length: rank }, (_, i) => (course === 'equal' ? 1 : exp((-4 * i) / rank)));
  return { matrix: lowRank(left, singular, right), singular, left, right };
}

/** Sum of the outer products of rows, each times its value. */
function lowRank(left: Float64Array, values: ArrayLike<number>, right: Float64Array): Float64Array {
  const scaled = Float64Array.from({ length: SIDE * values.length }, (_, i) => defined(left[i]) * defined(values[Math.floor(i / SIDE)]));
  return product(transposed(scaled, values.length, SIDE), right, SIDE, values.length);
}

function reached(target: Target, numbers: number, matrix: Float64Array, singular = singularValues(matrix, SIDE, SIDE)): Reached {
  const limit = rankLimit([SIDE, SIDE]) * defined(singular[0]);
  return { numbers, matrix, error: lengthOf(matrix.map((x, i) => x - defined(target.matrix[i]))) / lengthOf(target.singular), singular, rank: singular.filter((x) => x > limit).length };
}

/** The target itself, which takes all numbers of the matrix. */
export const everything = (target: Target): Reached => reached(target, ALL, target.matrix, Float64Array.from({ length: SIDE }, (_, i) => target.singular[i] ?? 0));

/** A product of two trained matrices of r columns and r rows, as LoRA's: the largest r singular values of the target, which no other such product comes nearer (Eckart and Young). */
export function ofRank(target: Target, r: number): Reached {
  const kept = target.singular.subarray(0, r);
  return reached(target, 2 * SIDE * r, lowRank(target.left, kept, target.right), Float64Array.from({ length: SIDE }, (_, i) => kept[i] ?? 0));
}

/** Numbers that a sum over bases of rank r trains: for each of them r and one a column. */
export const numbersOfBases = (r: number): number => Math.ceil(SIDE / r) * (r + SIDE);

/**
 * A sum over fixed random bases of rank r, as RandLoRA's: Σ B_i diag(λ_i) A diag(γ_i), as many as reach full rank, with trained λ
 * and γ. γ from λ and λ from γ are linear least squares, solved in turn from λ = 1.
 */
export function* ofBases(target: Target, r: number): Turns {
  const n = Math.ceil(SIDE / r);
  const P = n * r;
  const { B, A, G } = drawn.bases();
  const seen = product(B, target.matrix, P, SIDE);
  const lambda = new Float64Array(P).fill(1);
  const scaled = new Float64Array(P * SIDE);
  const gamma = new Float64Array(n * SIDE);
  for (;;) {
    gammaFor(gamma, { r, n, lambda, A, G, seen });
    for (let p = 0; p < P; p++) for (let c = 0; c < SIDE; c++) scaled[p * SIDE + c] = defined(A[(p % r) * SIDE + c]) * defined(gamma[Math.floor(p / r) * SIDE + c]);
    const H = gram(scaled, P);
    for (let p = 0; p < P; p++) for (let q = 0; q <= p; q++) H[p * P + q] = defined(H[p * P + q]) * defined(G[p * COLUMNS + q]);
    for (let p = 0; p < P; p++) lambda[p] = dot(seen, p * SIDE, scaled, p * SIDE);
    factorise(H, P);
    solve(H, lambda, P);
    yield () => reached(target, numbersOfBases(r), product(transposed(B.subarray(0, P * SIDE), P, SIDE), scaled.map((x, i) => x * defined(lambda[Math.floor(i / SIDE)])), SIDE, P));
  }
}

interface Bases {
  r: number;
  n: number;
  lambda: Float64Array;
  A: Float64Array;
  /** Products of the columns of all bases with each other (COLUMNS a row), and with the target's columns. */
  G: Float64Array;
  seen: Float64Array;
}

/** The γ (n, SIDE) that come nearest for these λ: a system of n for each column. */
function gammaFor(gamma: Float64Array, { r, n, lambda, A, G, seen }: Bases): void {
  const P = n * r;
  const w = new Float64Array(P);
  const b = new Float64Array(n);
  const H = new Float64Array(n * n);
  for (let c = 0; c < SIDE; c++) {
    // With r = 1 columns differ by a factor alone, which γ takes.
    const first = r > 1 || c === 0;
    for (let p = 0; p < P; p++) w[p] = defined(lambda[p]) * (r > 1 ? defined(A[(p % r) * SIDE + c]) : 1);
    b.fill(0);
    for (let p = 0, i = 0; i < n; i++) for (let k = 0; k < r; k++, p++) b[i] = defined(b[i]) + defined(w[p]) * defined(seen[p * SIDE + c]);
    if (first) {
      H.fill(0);
      for (let p = 0, i = 0; i < n; i++) {
        for (let k = 0; k < r; k++, p++) {
          const s = defined(w[p]);
          for (let q = 0, j = 0; j <= i; j++) {
            let sum = 0;
            for (let l = 0; l < r; l++, q++) sum += defined(G[p * COLUMNS + q]) * defined(w[q]);
            H[i * n + j] = defined(H[i * n + j]) + s * sum;
          }
        }
      }
      factorise(H, n);
    }
    solve(H, b, n);
    for (let i = 0; i < n; i++) gamma[i * SIDE + c] = defined(b[i]) / (r > 1 ? 1 : defined(A[c]));
  }
}

/** One pair of fixed random matrices as wide as the target, as VeRA's: diag(b) B diag(d) A, with trained b and d, solved in turn from b = 1. */
export function* ofPair(target: Target): Turns {
  const { A, AA, B } = drawn.pair();
  const b = new Float64Array(SIDE).fill(1);
  const d = new Float64Array(SIDE);
  const scaled = new Float64Array(ALL);
  for (;;) {
    for (let i = 0; i < ALL; i++) scaled[i] = defined(B[i]) * defined(b[i % SIDE]);
    const H = gram(scaled, SIDE);
    for (let i = 0; i < ALL; i++) H[i] = defined(H[i]) * defined(AA[i]);
    const seen = product(scaled, target.matrix, SIDE, SIDE);
    for (let k = 0; k < SIDE; k++) d[k] = dot(seen, k * SIDE, A, k * SIDE);
    factorise(H, SIDE);
    solve(H, d, SIDE);
    const matrix = product(transposed(B.map((x, i) => x * defined(d[Math.floor(i / SIDE)])), SIDE, SIDE), A, SIDE, SIDE);
    for (let i = 0; i < SIDE; i++) b[i] = dot(matrix, i * SIDE, target.matrix, i * SIDE) / dot(matrix, i * SIDE, matrix, i * SIDE);
    yield () => reached(target, 2 * SIDE, matrix.map((x, i) => x * defined(b[Math.floor(i / SIDE)])));
  }
}

/**
 * A product of rank r whose rows, together with the weights', get trained lengths, as DoRA's: diag(s) (W + B A) − W, W random. With
 * s from X = diag(s) B A, and the X of rank r from s, solved in turn from s = 1; X by iterating its r directions.
 */
export function* withLengths(target: Target, r: number): Turns {
  const W = drawn.weights();
  const s = new Float64Array(SIDE).fill(1);
  const directions = target.right.slice(0, r * SIDE);
  const lengthened = (x: number, i: number, sign: 1 | -1) => x + sign * (defined(s[Math.floor(i / SIDE)]) - 1) * defined(W[i]);
  let X = ofRank(target, r).matrix;
  for (;;) {
    for (let i = 0; i < SIDE; i++) {
      let rest = 0;
      for (let k = i * SIDE; k < (i + 1) * SIDE; k++) rest += defined(W[k]) * (defined(target.matrix[k]) - defined(X[k]));
      s[i] = 1 + rest / dot(W, i * SIDE, W, i * SIDE);
    }
    const R = target.matrix.map((x, i) => lengthened(x, i, -1));
    const images = product(directions, transposed(R, SIDE, SIDE), r, SIDE);
    orthonormalise(images, r);
    directions.set(product(images, R, r, SIDE));
    X = product(transposed(images, r, SIDE), directions, SIDE, r);
    orthonormalise(directions, r);
    const now = X;
    yield () => reached(target, 2 * SIDE * r + SIDE, now.map((x, i) => lengthened(x, i, 1)));
  }
}

/** Rank of random bases whose sum trains about as many numbers as two matrices of rank r. */
const basesLike = (r: number): number => Array.from({ length: SIDE }, (_, i) => i + 1).reduce((best, one) => (Math.abs(numbersOfBases(one) - 2 * SIDE * r) < Math.abs(numbersOfBases(best) - 2 * SIDE * r) ? one : best));

/** Ranks r for which there are random bases of some rank with as many trained numbers, within 4 %. */
export const STOPS: readonly { r: number; bases: number }[] = [1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 16, 22, 32, 64].map((r) => ({ r, bases: basesLike(r) }));
