import { mapped, valueAt } from '../matrix';
import { tensor, type Formula, type Given } from './formula';

/** Methods that scale what goes into a layer or comes out of it, and biases. */

const onInputs = ({ settings }: Given): boolean => settings.feedforward_modules !== undefined && settings.feedforward_modules !== null;

/** W' = diag(l) W and b' = l b, or W' = W diag(l) (arXiv 2205.05638, eq. 1). */
export const ia3: Formula = {
  weight: (g) => mapped(g.weight, (value, i, k) => value * valueAt(tensor(g, 'ia3_l').data, onInputs(g) ? k : i)),
  bias: (g, base) => base && (onInputs(g) ? base : base.map((value, i) => value * valueAt(tensor(g, 'ia3_l').data, i))),
};

/** b' = b + beft_bias (arXiv 2509.15974). */
export const beft: Formula = { bias: (g, base) => tensor(g, 'beft_bias').data.map((value, i) => value + (base ? valueAt(base, i) : 0)) };
