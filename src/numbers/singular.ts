import { defined } from './defined';
import { hypot, lengthOf } from './elementary';

/**
 * Singular values (min(rows, cols)), largest first, of a row-major matrix: roots of the eigenvalues of its smaller Gram
 * matrix, all in f64. Values below 1e-8 of the largest drown in rounding, which is under the f32 rounding of the input.
 */
export function singularValues(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const g = gramOf(a, rows, cols);
  const values = symmetricEigenvalues(g, Math.min(rows, cols));
  return values.map((v) => Math.sqrt(Math.max(0, v))).sort((x, y) => y - x);
}

// Stryker disable next-line EqualityOperator: of a square one either side does
const isWide = (rows: number, cols: number): boolean => cols >= rows;

/** Singular values and vectors: A = U diag(S) V^T, U (rows, r) and V^T (r, cols) row by row. */
export interface Factors {
  U: Float64Array;
  S: Float64Array;
  Vt: Float64Array;
}

/**
 * The `r` largest singular values of a row-major matrix with their vectors, in f64. Vectors of one side are eigenvectors of
 * the smaller Gram matrix; those of the other follow from them, and both are then turned until the latter are orthogonal too
 * (one-sided Jacobi), so that the tail is as good as the top. Those of a value that is zero are made up.
 */
export function svd(a: ArrayLike<number>, rows: number, cols: number, r = Math.min(rows, cols)): Factors {
  const wide = isWide(rows, cols);
  const [n, k] = wide ? [rows, cols] : [cols, rows];
  const g = gramOf(a, rows, cols);
  const vectors = new Float64Array(n * n);
  const values = symmetricEigenvalues(g, n, vectors);
  const order = Array.from(values.keys()).sort((i, j) => defined(values[j]) - defined(values[i])).slice(0, r);
  // Rows of `near` are vectors of the smaller side, those of `far` the same times A: the other side's, times the values.
  const near = new Float64Array(r * n);
  order.forEach((from, to) => near.set(vectors.subarray(from * n, (from + 1) * n), to * n));
  const far = new Float64Array(r * k);
  for (let i = 0; i < rows; i++) {
    // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
    for (let v = 0; v < r; v++) {
      if (wide) {
        const s = defined(near[v * n + i]);
        for (let j = 0, p = v * k, q = i * cols; j < cols; j++) far[p + j] = defined(far[p + j]) + (s * defined(a[q + j]));
      } else {
        let s = 0;
        for (let j = 0, p = v * n, q = i * cols; j < cols; j++) s += defined(near[p + j]) * defined(a[q + j]);
        far[v * k + i] = s;
      }
    }
  }
  orthogonalise(far, k, near, n, r);
  const S = Float64Array.from({ length: r }, (_, v) => lengthOf(far.subarray(v * k, (v + 1) * k)));
  const sorted = Array.from(S.keys()).sort((i, j) => defined(S[j]) - defined(S[i]));
  const top = defined(S[defined(sorted[0])]);
  const unit = new Float64Array(r * k);
  for (const [to, from] of sorted.entries()) {
    const row = unit.subarray(to * k, (to + 1) * k);
    if (defined(S[from]) > Number.EPSILON * top) row.set(far.subarray(from * k, (from + 1) * k).map((x) => x / defined(S[from])));
    else completeBasis(unit, to, k);
  }
  const turned = new Float64Array(r * n);
  sorted.forEach((from, to) => turned.set(near.subarray(from * n, (from + 1) * n), to * n));
  return { U: transposed(wide ? turned : unit, r, rows), S: Float64Array.from(sorted, (i) => defined(S[i])), Vt: wide ? unit : turned };
}

/**
 * Left singular vectors (min(rows, cols), rows) of a row-major matrix as rows, the one of the largest value first, in f64. As eigenvectors
 * of the smaller Gram matrix they are known to the square of a value beside the largest one's; of a value that is zero there may be none, and its row is zero.
 */
export function leftVectors(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const wide = isWide(rows, cols);
  const n = Math.min(rows, cols);
  const vectors = new Float64Array(n * n);
  const values = symmetricEigenvalues(gramOf(a, rows, cols), n, vectors);
  const order = Array.from(values.keys()).sort((i, j) => defined(values[j]) - defined(values[i]));
  const out = new Float64Array(n * rows);
  order.forEach((from, to) => {
    const near = vectors.subarray(from * n, (from + 1) * n);
    const row = out.subarray(to * rows, (to + 1) * rows);
    if (wide) return row.set(near);
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) row[i] = defined(row[i]) + defined(a[i * cols + j]) * defined(near[j]);
    const length = lengthOf(row);
    if (length > 0) row.forEach((x, i) => (row[i] = x / length));
  });
  return out;
}

/** Turns pairs of the r rows of `x` until all are orthogonal, and those of `y` with them. */
function orthogonalise(x: Float64Array, k: number, y: Float64Array, n: number, r: number): void {
  // Stryker disable next-line EqualityOperator,UpdateOperator: fewer always do
  for (let sweep = 0; sweep < 12; sweep++) {
    let worst = 0;
    // Stryker disable next-line ArithmeticOperator,EqualityOperator: none follows the last
    for (let p = 0; p < r - 1; p++) {
      for (let q = p + 1; q < r; q++) {
        let [pp, qq, pq] = [0, 0, 0];
        for (let i = 0, a = p * k, b = q * k; i < k; i++) {
          pp += defined(x[a + i]) * defined(x[a + i]);
          qq += defined(x[b + i]) * defined(x[b + i]);
          pq += defined(x[a + i]) * defined(x[b + i]);
        }
        const off = Math.abs(pq) / Math.sqrt(pp * qq || 1);
        // Stryker disable next-line EqualityOperator: no angle is just so small
        if (off < 1e-13) continue;
        worst = Math.max(worst, off);
        const zeta = (qq - pp) / (2 * pq);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + hypot(1, zeta));
        const c = 1 / hypot(1, t);
        turn(x, p * k, q * k, k, c, c * t);
        turn(y, p * n, q * n, n, c, c * t);
      }
    }
    // Stryker disable next-line ConditionalExpression,EqualityOperator: one sweep more turns nothing
    if (worst < 1e-11) return;
  }
}

function turn(x: Float64Array, p: number, q: number, length: number, c: number, s: number): void {
  for (let i = 0; i < length; i++) {
    const [a, b] = [defined(x[p + i]), defined(x[q + i])];
    x[p + i] = c * a - s * b;
    x[q + i] = s * a + c * b;
  }
}

/** Puts into row `at` a unit vector that is orthogonal to the rows before it. */
function completeBasis(rows: Float64Array, at: number, k: number): void {
  const row = rows.subarray(at * k, (at + 1) * k);
  // Stryker disable next-line EqualityOperator: one of the axes does
  for (let axis = 0; axis < k; axis++) {
    row.fill(0);
    row[axis] = 1;
    // Stryker disable next-line EqualityOperator: a third time finds nothing
    for (let twice = 0; twice < 2; twice++) {
      for (let v = 0; v < at; v++) {
        let dot = 0;
        for (let i = 0; i < k; i++) dot += defined(row[i]) * defined(rows[v * k + i]);
        // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
        for (let i = 0; i < k; i++) row[i] = defined(row[i]) - (dot * defined(rows[v * k + i]));
      }
    }
    const norm = lengthOf(row);
    // Stryker disable next-line EqualityOperator: no length is just so small
    if (norm < 0.5 / Math.sqrt(k)) continue;
    row.set(row.map((x) => x / norm));
    return;
  }
}

function transposed(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(a.length);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = defined(a[i * cols + j]);
  return out;
}

/** A A^T or A^T A, whichever is smaller, full and symmetric. */
function gramOf(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const wide = isWide(rows, cols);
  const [n, k] = wide ? [rows, cols] : [cols, rows];
  // Rows of length k beside each other, so that the inner loop walks through memory.
  const x = new Float64Array(n * k);
  // Stryker disable next-line EqualityOperator: the next one writes over it, or it lies behind the end
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) x[wide ? i * k + j : j * k + i] = defined(a[i * cols + j]);
  const g = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = 0;
      for (let p = i * k, q = j * k, end = p + k; p < end; p++, q++) s += defined(x[p]) * defined(x[q]);
      g[i * n + j] = g[j * n + i] = s;
    }
  }
  return g;
}

/**
 * Eigenvalues of a symmetric matrix (n x n, overwritten), in no order: Householder's reduction to three diagonals, then QL
 * with implicit shifts. Source: Wilkinson and Reinsch, Handbook for Automatic Computation II, contributions II/2 (tred1)
 * and II/4 (imtql1, imtql2). Throws RangeError where it does not settle (NaN). `vectors` (n x n) takes the eigenvector of each
 * value as a row.
 */
export function symmetricEigenvalues(a: Float64Array, n: number, vectors?: Float64Array): Float64Array {
  const d = new Float64Array(n);
  const e = new Float64Array(n + 1);
  const mirrors: Float64Array[] = [];
  tridiagonalise(a, n, d, e, vectors && mirrors);
  // Stryker disable next-line EqualityOperator: a typed array drops what is written behind its end
  for (let i = 0; vectors && i < n; i++) vectors[i * n + i] = 1;
  // As in tql1: what is lost beside the largest is zero, or the tail of a matrix of low rank would never settle.
  let scale = 0;
  // Stryker disable next-line ArithmeticOperator: a scale of the same order does
  for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(defined(d[i])) + Math.abs(defined(e[i])));
  // Stryker disable next-line EqualityOperator: behind the last nothing is to be settled
  for (let l = 0; l < n; l++) {
    for (let turns = 0; ; turns++) {
      let m = l;
      // Stryker disable next-line ArithmeticOperator,EqualityOperator: beside the last stands nothing
      while (m < n - 1 && !(Math.abs(defined(e[m])) <= Number.EPSILON * scale)) m++;
      if (m === l) break;
      if (turns === 60) throw new RangeError('eigenvalues do not settle');
      // Stryker disable next-line ArithmeticOperator: another shift leads there as well
      let g = (defined(d[l + 1]) - defined(d[l])) / (2 * defined(e[l]));
      let r = hypot(g, 1);
      // Stryker disable next-line ArithmeticOperator,EqualityOperator: another shift leads there as well
      g = defined(d[m]) - defined(d[l]) + defined(e[l]) / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      for (let i = m - 1; i >= l; i--) {
        const f = s * defined(e[i]);
        const b = c * defined(e[i]);
        r = hypot(f, g);
        e[i + 1] = r;
        s = f / r;
        c = g / r;
        g = defined(d[i + 1]) - p;
        r = (defined(d[i]) - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        if (vectors) turn(vectors, i * n, (i + 1) * n, n, c, s);
      }
      d[l] = defined(d[l]) - p;
      e[l] = g;
      e[m] = 0;
    }
  }
  for (const mirror of mirrors.reverse()) reflect(vectors!, n, mirror);
  return d;
}

/** Reflects each row of `rows` (n x n) on a mirror whose normal has length sqrt(2). */
function reflect(rows: Float64Array, n: number, normal: Float64Array): void {
  const from = n - normal.length;
  // Stryker disable next-line EqualityOperator: no row begins there
  for (let at = from; at < n * n; at += n) {
    let s = 0;
    for (let i = 0; i < normal.length; i++) s += defined(rows[at + i]) * defined(normal[i]);
    for (let i = 0; i < normal.length; i++) rows[at + i] = defined(rows[at + i]) - (s * defined(normal[i]));
  }
}

/** Diagonal `d` (n) and the one beside it `e` (e[i] between i and i + 1) of a matrix similar to `a`, which is used up; the reflections that lead there go to `mirrors`. */
function tridiagonalise(a: Float64Array, n: number, d: Float64Array, e: Float64Array, mirrors?: Float64Array[]): void {
  const nothing = Number.EPSILON * Number.EPSILON * a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    // The reflection that clears column k below the second diagonal.
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = hypot(norm, defined(a[i * n + k]));
    d[k] = defined(a[k * n + k]);
    if (norm <= nothing) continue;
    const first = defined(a[(k + 1) * n + k]);
    // Stryker disable next-line EqualityOperator: of zero either sign does
    const alpha = first > 0 ? -norm : norm;
    e[k] = alpha;
    let size = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = defined(a[i * n + k]) - (i === k + 1 ? alpha : 0);
      size += defined(v[i]) * defined(v[i]);
    }
    const beta = 2 / size;
    mirrors?.push(v.slice(k + 1).map((x) => x * Math.sqrt(beta)));
    let dot = 0;
    for (let i = k + 1; i < n; i++) {
      let s = 0;
      for (let j = k + 1; j < n; j++) s += defined(a[i * n + j]) * defined(v[j]);
      p[i] = beta * s;
      dot += defined(p[i]) * defined(v[i]);
    }
    const half = (beta * dot) / 2;
    // Stryker disable next-line ArithmeticOperator,EqualityOperator: what stands before and behind is not read
    for (let i = k + 1; i < n; i++) p[i] = defined(p[i]) - (half * defined(v[i]));
    // Stryker disable next-line ArithmeticOperator,EqualityOperator: what stands before and behind is not read
    for (let i = k + 1; i < n; i++) {
      const [vi, pi] = [defined(v[i]), defined(p[i])];
      // Stryker disable next-line EqualityOperator: what stands in the first column of the next row is not read again
      for (let j = k + 1; j < n; j++) a[i * n + j] = defined(a[i * n + j]) - (vi * defined(p[j]) + pi * defined(v[j]));
    }
  }
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a typed array drops what is written before its start
  if (n > 1) {
    d[n - 2] = defined(a[(n - 2) * n + n - 2]);
    e[n - 2] = defined(a[(n - 1) * n + n - 2]);
  }
  d[n - 1] = defined(a[n * n - 1]);
}
