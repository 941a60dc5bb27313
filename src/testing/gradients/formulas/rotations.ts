import { at, matrix, plus, sum, times, valueAt, type Matrix } from '../matrix';
import { two, type Formula } from './formula';

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
