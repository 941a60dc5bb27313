/**
 * Singular values (min(rows, cols)), largest first, of a row-major matrix: roots of the eigenvalues of its smaller Gram
 * matrix, all in f64. Values below 1e-8 of the largest drown in rounding, which is under the f32 rounding of the input.
 */
export function singularValues(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const g = gramOf(a, rows, cols);
  const values = symmetricEigenvalues(g, Math.min(rows, cols));
  return values.map((v) => Math.sqrt(Math.max(0, v))).sort((x, y) => y - x);
}

/** A A^T or A^T A, whichever is smaller, full and symmetric. */
function gramOf(a: ArrayLike<number>, rows: number, cols: number): Float64Array {
  const wide = cols >= rows;
  const [n, k] = wide ? [rows, cols] : [cols, rows];
  // Rows of length k beside each other, so that the inner loop walks through memory.
  const x = new Float64Array(n * k);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) x[wide ? i * k + j : j * k + i] = a[i * cols + j]!;
  const g = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = 0;
      for (let p = i * k, q = j * k, end = p + k; p < end; p++, q++) s += x[p]! * x[q]!;
      g[i * n + j] = g[j * n + i] = s;
    }
  }
  return g;
}

/**
 * Eigenvalues of a symmetric matrix (n x n, overwritten), in no order: Householder's reduction to three diagonals, then QL
 * with implicit shifts. Source: Wilkinson and Reinsch, Handbook for Automatic Computation II, contributions II/2 (tred1)
 * and II/4 (imtql1). Throws RangeError where it does not settle (NaN).
 */
export function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  const d = new Float64Array(n);
  const e = new Float64Array(n + 1);
  tridiagonalise(a, n, d, e);
  // As in tql1: what is lost beside the largest is zero, or the tail of a matrix of low rank would never settle.
  let scale = 0;
  for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(d[i]!) + Math.abs(e[i]!));
  for (let l = 0; l < n; l++) {
    for (let turns = 0; ; turns++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * scale) m++;
      if (m === l) break;
      if (turns === 60) throw new RangeError('eigenvalues do not settle');
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
      }
      if (r === 0 && i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return d;
}

/** Diagonal `d` (n) and the one beside it `e` (e[i] between i and i + 1) of a matrix similar to `a`, which is used up. */
function tridiagonalise(a: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  const nothing = Number.EPSILON ** 2 * a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    // The reflection that clears column k below the second diagonal.
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, a[i * n + k]!);
    d[k] = a[k * n + k]!;
    if (norm <= nothing) continue;
    const first = a[(k + 1) * n + k]!;
    const alpha = first > 0 ? -norm : norm;
    e[k] = alpha;
    let size = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]! - (i === k + 1 ? alpha : 0);
      size += v[i]! ** 2;
    }
    const beta = 2 / size;
    let dot = 0;
    for (let i = k + 1; i < n; i++) {
      let s = 0;
      for (let j = k + 1; j < n; j++) s += a[i * n + j]! * v[j]!;
      p[i] = beta * s;
      dot += p[i]! * v[i]!;
    }
    const half = (beta * dot) / 2;
    for (let i = k + 1; i < n; i++) p[i]! -= half * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const [vi, pi] = [v[i]!, p[i]!];
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= vi * p[j]! + pi * v[j]!;
    }
  }
  if (n > 1) {
    d[n - 2] = a[(n - 2) * n + n - 2]!;
    e[n - 2] = a[(n - 1) * n + n - 2]!;
  }
  d[n - 1] = a[n * n - 1]!;
  e[n - 1] = 0;
}
