import { arxiv, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'ln_tuning',
  title: 'LN tuning',
  help: 'Trains the scales and the biases of the layer norms, and no other weight of the model.',
  paper: arxiv('LN tuning', '2312.11420'),
  kind: 'scalings and biases',
  formula: 'y = γ′ ⊙ (x − μ) ∕ σ + β′',
  when: 'When a file of some kilobytes must do: it moves features little, and needs a large rate. It has one size.',
  budget: null,
  lr: 3e-2,
  look,
  trains: 'part',
  saved: true,
  fields: [
    { name: 'target_modules', label: 'Target modules', kind: 'names', default: null, help: 'Suffixes of the norms to train, or a regular expression; all of them when left out.', empty: { value: null, means: 'all norms' } },
    { name: 'exclude_modules', label: 'Exclude modules', kind: 'names', default: null, help: 'Norms to leave alone, by suffix.', empty: { value: null, means: 'none' } },
  ],
};
