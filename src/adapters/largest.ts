import { defined } from '../numbers/defined';
import { generator } from './init';
import { svd, type Factors } from '../numbers/singular';

/** Vectors are settled when what is left of them is this small a part of the largest value. */
const SETTLED = 1e-10;
/** Values are looked at each time that there are so many times as many directions. */
const GROWTH = 1.25;

/** A matrix by what it does: `times` gives A x (rows), `back` gives A^T y (cols), into `out`. */
interface Map {
  rows: number;
  cols: number;
  times(x: Float64Array, out: Float64Array): void;
  back(y: Float64Array, out: Float64Array): void;
}

/**
 * The `r` largest singular values of a row-major matrix with their vectors, in f64, as `svd` gives them: by Golub and Kahan's
 * bidiagonalisation with all directions kept orthogonal, which needs few products with the matrix where r is much smaller than
 * its sides. Where it does not settle, or misses one of several equal values, all are computed. Source: Golub and Van Loan,
 * Matrix Computations, 4th ed., 10.4.
 */
export function largestSingular(a: ArrayLike<number>, rows: number, cols: number, r: number): Factors {
  const smaller = Math.min(rows, cols);
  if (8 * r > smaller) return svd(a, rows, cols, r);
  const whole = mapOf(a, rows, cols);
  const top = krylov(whole, r, SETTLED, smaller >> 1);
  if (!top) return svd(a, rows, cols, r);
  // One direction meets one of equal values: what is left must not be larger than what was found.
  const rest = krylov(without(whole, top), 1, 1e-3, 64);
  return rest && defined(rest.S[0]) <= defined(top.S[r - 1]) * (1 + 1e-6) ? top : svd(a, rows, cols, r);
}

/** Factors of a matrix's top-r part over `scale`, each with the roots of the singular values: A = sqrt(S / scale) V^T (r, cols) and B = U sqrt(S / scale) (rows, r). */
export function rootFactors(a: ArrayLike<number>, { out: rows, in: cols }: { out: number; in: number }, r: number, scale = 1): { A: Float32Array; B: Float32Array } {
  const { U, S, Vt } = largestSingular(a, rows, cols, r);
  const roots = S.map((v) => Math.sqrt(v / scale));
  return { A: Float32Array.from(Vt, (v, i) => v * defined(roots[Math.floor(i / cols)])), B: Float32Array.from(U, (u, i) => u * defined(roots[i % S.length])) };
}

function mapOf(a: ArrayLike<number>, rows: number, cols: number): Map {
  const x = Float64Array.from(a);
  return {
    rows,
    cols,
    times(v, out) {
      // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
      for (let i = 0, p = 0; i < rows; i++) {
        let s = 0;
        for (let j = 0; j < cols; j++, p++) s += defined(x[p]) * defined(v[j]);
        out[i] = s;
      }
    },
    back(u, out) {
      out.fill(0);
      for (let i = 0, p = 0; i < rows; i++) {
        const s = defined(u[i]);
        for (let j = 0; j < cols; j++, p++) out[j] = defined(out[j]) + (s * defined(x[p]));
      }
    },
  };
}

/** A - U diag(S) V^T. */
function without(map: Map, { U, S, Vt }: Factors): Map {
  const { rows, cols } = map;
  const r = S.length;
  const parts = new Float64Array(r);
  return {
    rows,
    cols,
    times(v, out) {
      map.times(v, out);
      // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
      for (let k = 0; k < r; k++) parts[k] = defined(S[k]) * dot(Vt, k * cols, v, cols);
      // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
      for (let i = 0; i < rows; i++) for (let k = 0; k < r; k++) out[i] = defined(out[i]) - (defined(U[i * r + k]) * defined(parts[k]));
    },
    back(u, out) {
      map.back(u, out);
      parts.fill(0);
      // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
      for (let i = 0; i < rows; i++) for (let k = 0; k < r; k++) parts[k] = defined(parts[k]) + (defined(U[i * r + k]) * defined(u[i]));
      for (let k = 0; k < r; k++) add(out, -defined(S[k]) * defined(parts[k]), Vt, k * cols, cols);
    },
  };
}

/** The r largest within at most `most` directions; null where they do not settle there. A V = U B, of which B (two diagonals) is small. */
function krylov(map: Map, r: number, settled: number, most: number): Factors | null {
  const { rows, cols } = map;
  // Stryker disable next-line StringLiteral: any numbers do
  const random = generator('singular vectors');
  const left: Float64Array[] = [];
  const right: Float64Array[] = [];
  const main: number[] = [];
  const above: number[] = [];
  let next = new Float64Array(cols);
  extend(next, right, 0, random);
  let look = r + 16;
  for (let m = 1; m <= most; m++) {
    right.push(next);
    const u = new Float64Array(rows);
    map.times(next, u);
    main.push(extend(u, left, main[0] ?? 0, random));
    left.push(u);
    next = new Float64Array(cols);
    map.back(u, next);
    above.push(extend(next, right, defined(main[0]), random));
    // Stryker disable next-line EqualityOperator: how often it is looked at changes only when it ends
    if (m < look && m !== most) continue;
    // Stryker disable next-line ArithmeticOperator: how often it is looked at changes only when it ends
    look = Math.ceil(GROWTH * m);
    const small = new Float64Array(m * m);
    // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
    for (let i = 0; i < m; i++) {
      small[i * m + i] = defined(main[i]);
      // Behind the last row there is no place for it.
      small[i * m + i + 1] = defined(above[i]);
    }
    const { U, S, Vt } = svd(small, m, m, r);
    // A^T u - s v is all in the direction that comes next.
    if (U.subarray(-r).every((u) => defined(above[m - 1]) * Math.abs(u) <= settled * defined(S[0]))) return { U: combined(left, rows, r, (i, k) => defined(U[i * r + k]), true), S, Vt: combined(right, cols, r, (i, k) => defined(Vt[k * m + i]), false) };
  }
  return null;
}

/** Makes `x` orthogonal to the basis and of length 1, and gives the length that it had; where nothing is left of it, any other direction takes its place, and the length is 0. */
function extend(x: Float64Array, basis: readonly Float64Array[], scale: number, random: () => number): number {
  const length = cleared(x, basis);
  if (length > 1e-14 * scale) {
    scaleBy(x, 1 / length);
    return length;
  }
  // Stryker disable next-line ArithmeticOperator,EqualityOperator: any direction does, and a typed array drops what is written behind its end
  for (let i = 0; i < x.length; i++) x[i] = random() - 0.5;
  scaleBy(x, 1 / cleared(x, basis));
  return 0;
}

/** Takes what lies in the basis out of `x`, twice for the rounding of the first time; returns the length of the rest. */
function cleared(x: Float64Array, basis: readonly Float64Array[]): number {
  // Stryker disable next-line EqualityOperator: a third time finds nothing
  for (let twice = 0; twice < 2; twice++) for (const b of basis) add(x, -dot(b, 0, x, x.length), b, 0, x.length);
  return Math.sqrt(dot(x, 0, x, x.length));
}

/** r sums of the basis, as columns (U) or rows (V^T). */
function combined(basis: readonly Float64Array[], n: number, r: number, share: (i: number, k: number) => number, columns: boolean): Float64Array {
  const out = new Float64Array(n * r);
  const row = new Float64Array(n);
  for (let k = 0; k < r; k++) {
    row.fill(0);
    basis.forEach((b, i) => add(row, share(i, k), b, 0, n));
    // Stryker disable next-line EqualityOperator: the next vector writes over it, or it lies behind the end
    if (columns) for (let i = 0; i < n; i++) out[i * r + k] = defined(row[i]);
    else out.set(row, k * n);
  }
  return out;
}

function dot(a: Float64Array, from: number, b: Float64Array, length: number): number {
  let s = 0;
  for (let i = 0; i < length; i++) s += defined(a[from + i]) * defined(b[i]);
  return s;
}

function add(out: Float64Array, s: number, a: Float64Array, from: number, length: number): void {
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < length; i++) out[i] = defined(out[i]) + (s * defined(a[from + i]));
}

function scaleBy(x: Float64Array, s: number): void {
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < x.length; i++) x[i] = defined(x[i]) * s;
}
