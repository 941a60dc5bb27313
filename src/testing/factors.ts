import type { Factors } from '../numbers/singular';
import { defined } from '../numbers/defined';

/** U diag(S) V^T, (rows, cols), row by row. */
export function product({ U, S, Vt }: Factors, rows: number, cols: number): Float64Array {
  const r = S.length;
  return Float64Array.from({ length: rows * cols }, (_, i) => {
    let s = 0;
    for (let v = 0; v < r; v++) s += defined(U[Math.floor(i / cols) * r + v]) * defined(S[v]) * defined(Vt[v * cols + (i % cols)]);
    return s;
  });
}
