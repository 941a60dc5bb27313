import type { MethodFields } from '../../adapters/field';
import { onNoLayer, type Method } from '../../adapters/method';

export const fields: MethodFields = {
  method: 'biases',
  title: 'Biases',
  help: 'Trains the biases that the model has, and nothing else of it.',
  kind: 'scalings and biases',
  formula: 'b′ = b + Δb',
  when: 'In tests.',
  budget: null,
  lr: 1e-2,
  fields: [{ name: 'norms', label: 'Norms', kind: 'boolean', default: false, help: 'Their scales as well.' }],
  trains: 'part',
};

/** A method that the project does not ship: it adds nothing, and trains a part of the model itself. */
export const method: Method = {
  fields,
  trains: 'part',
  learns: (c, weight) => weight.endsWith('.bias') || (c.norms === true && /norm[^.]*\.weight$/.test(weight)),
  ...onNoLayer,
  merged: (_, __, t) => t.weight,
};
