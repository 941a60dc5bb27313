import { at, mapped, sum, times, valueAt, type Matrix } from '../matrix';
import { tensor, two, type Formula, type Given } from './formula';

/** Methods that scale what goes into a layer or comes out of it, and biases. */

const onInputs = ({ settings }: Given): boolean => settings.feedforward_modules !== undefined && settings.feedforward_modules !== null;

/** W' = diag(l) W and b' = l b, or W' = W diag(l) (arXiv 2205.05638, eq. 1). */
export const ia3: Formula = {
  weight: (g) => mapped(g.weight, (value, i, k) => value * valueAt(tensor(g, 'ia3_l').data, onInputs(g) ? k : i)),
  bias: (g, base) => base && (onInputs(g) ? base : base.map((value, i) => value * valueAt(tensor(g, 'ia3_l').data, i))),
};

/** b' = b + beft_bias (arXiv 2509.15974). */
export const beft: Formula = { bias: (g, base) => tensor(g, 'beft_bias').data.map((value, i) => value + (base ? valueAt(base, i) : 0)) };

/** An entry of one of GLoRA's parts, which is a product, a column, a number, or nothing. */
function part(g: Given, name: string): (i: number, j: number) => number {
  if (g.tensors[`${name}.Xd`]) {
    const whole: Matrix = times(two(g, `${name}.Xd`), two(g, `${name}.Xu`));
    return (i, j) => at(whole, i, j);
  }
  const X = g.tensors[`${name}.X`]?.data;
  return X ? (i) => valueAt(X, X.length === 1 ? 0 : i) : () => 0;
}

/** W' = W + W * A + B and b' = b + b * D + E + W C (arXiv 2306.07967); a layer without a bias has none of the latter, as in PEFT. */
export const glora: Formula = {
  weight(g) {
    const [A, B] = [part(g, 'glora_A'), part(g, 'glora_B')];
    return mapped(g.weight, (value, i, j) => value + value * A(i, j) + B(i, j));
  },
  bias(g, base) {
    const [C, D, E] = [part(g, 'glora_C'), part(g, 'glora_D'), part(g, 'glora_E')];
    return base && base.map((value, i) => value + value * D(i, 0) + E(i, 0) + sum(g.in, (k) => at(g.weight, i, k) * C(k, 0)));
  },
};
