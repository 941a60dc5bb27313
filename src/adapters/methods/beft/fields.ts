import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'beft',
  title: 'BEFT',
  help: 'Adds a trained bias to each layer; no weight changes.',
  paper: arxiv('BEFT', '2509.15974'),
  kind: 'scalings and biases',
  formula: 'y = W x + b + Δb',
  when: 'With very few pictures, or as the smallest thing that still changes every layer. It has one size, and needs a large rate.',
  budget: null,
  lr: 5e-3,
  biases: true,
  look,
  fields: targetFields,
};
