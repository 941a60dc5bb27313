import { mapped, plus, times, valueAt, type Matrix } from '../matrix';
import { setting, two, type Formula, type Given } from './formula';

/** Methods of several products, whose factors are multiplied in other ways than one after the other. */

/** alpha / r; alpha is r where it is left out. */
const scale = (g: Given): number => setting(g, 'alpha', setting(g, 'r')) / setting(g, 'r');

const entrywise = (a: Matrix, b: Matrix): Matrix => mapped(a, (value, i, j) => value * valueAt(b.data, i * b.cols + j));

/** W' = W + s (w1_a w1_b) * (w2_a w2_b), entry by entry (arXiv 2108.06098, eq. 3). */
export const loha: Formula = { weight: (g) => plus(g.weight, entrywise(times(two(g, 'hada_w1_a'), two(g, 'hada_w1_b')), times(two(g, 'hada_w2_a'), two(g, 'hada_w2_b'))), scale(g)) };
