/** Moments of a stream of rows x (C) and y (D): sums of x, y, and of x x^T, x y^T, y y^T. */
import { defined } from '../numbers/defined';

export interface Moments {
  rows: number;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  xx: ArrayLike<number>;
  xy: ArrayLike<number>;
  yy: ArrayLike<number>;
}

/**
 * Linear centred kernel alignment of two representations, 0 to 1: ||Cov(x, y)||^2 / (||Cov(x, x)|| ||Cov(y, y)||), Frobenius
 * norms. NaN where one of them is constant. Source: Kornblith et al. 2019 (arXiv 1905.00414), eq. 5 with the linear kernel.
 */
export function linearCka({ rows, x, y, xx, xy, yy }: Moments): number {
  const square = (u: ArrayLike<number>, v: ArrayLike<number>, uv: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < u.length; i++) for (let j = 0; j < v.length; j++) sum += (defined(uv[i * v.length + j]) - (defined(u[i]) * defined(v[j])) / rows) ** 2;
    return sum;
  };
  const both = Math.sqrt(square(x, x, xx)) * Math.sqrt(square(y, y, yy));
  return both > 0 ? Math.min(1, square(x, y, xy) / both) : NaN;
}
