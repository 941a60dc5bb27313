import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'ia3',
  title: 'IA3',
  help: 'One factor for each output of a layer, or for each input where the layer is the last of an MLP.',
  paper: arxiv('IA3', '2205.05638'),
  kind: 'scalings and biases',
  formula: 'y = l ⊙ (W x + b),  or y = W (l ⊙ x) + b',
  when: 'When a few numbers a layer must do, or many adapters lie in memory. It has one size, and needs a large rate.',
  budget: null,
  lr: 3e-2,
  biases: true,
  look,
  fields: [
    { name: 'feedforward_modules', label: 'Feed-forward modules', kind: 'names', default: null, help: 'Which of the target modules have their inputs scaled: suffixes, or a regular expression.', empty: { value: null, means: 'none' } },
    ...targetFields,
  ],
};
