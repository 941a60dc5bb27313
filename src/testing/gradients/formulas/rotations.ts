import { at, matrix, plus, sum, times, valueAt, type Matrix } from '../matrix';
import { tensor, two, type Formula, type Given } from './formula';

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

/** Columns y of all outputs, those of each pair turned and stretched: R y of RoAd, by variant (arXiv 2409.00119, eq. 5; pairs as in PEFT). */
function turnedPairs(g: Given, y: Matrix): Matrix {
  const { variant = 'road_1', group_size } = g.settings;
  const size = Number(group_size);
  const middle = size / 2;
  const [theta, alpha] = [tensor(g, 'road_theta').data, tensor(g, 'road_alpha').data];
  const place = (o: number, sine: boolean): number => {
    const [group, within] = [Math.floor(o / size), o % size];
    if (variant === 'road_1') return group * middle + (within % middle);
    return variant === 'road_2' ? o : (2 * group + Number(sine)) * size + within;
  };
  const cosine = (o: number) => valueAt(alpha, place(o, false)) * Math.cos(valueAt(theta, place(o, false)));
  const sine = (o: number) => valueAt(alpha, place(o, true)) * Math.sin(valueAt(theta, place(o, true)));
  return matrix(y.rows, y.cols, (o, k) => cosine(o) * at(y, o, k) + (o % size < middle ? -sine(o) * at(y, o + middle, k) : sine(o) * at(y, o - middle, k)));
}

/** W' = R W and b' = R b. */
export const road: Formula = {
  weight: (g) => turnedPairs(g, g.weight),
  bias: (g, base) => base && turnedPairs(g, { rows: base.length, cols: 1, data: base }).data,
};
