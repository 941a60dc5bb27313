import { arxiv, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'bitfit',
  title: 'BitFit',
  help: 'Trains every bias of the model, those of norms and patches too, and no other weight.',
  paper: arxiv('BitFit', '2106.10199'),
  kind: 'scalings and biases',
  formula: 'y = W x + b′',
  when: 'As the oldest of the small methods: a baseline that changes no matrix. It has one size, and needs a large rate.',
  budget: null,
  lr: 5e-3,
  look,
  trains: 'part',
  saved: true,
  peft: false,
  fields: [
    { name: 'target_modules', label: 'Target modules', kind: 'names', default: null, help: 'Suffixes of the modules whose biases are trained, or a regular expression; all of them when left out.', empty: { value: null, means: 'all' } },
    { name: 'exclude_modules', label: 'Exclude modules', kind: 'names', default: null, help: 'Modules to leave alone, by suffix.', empty: { value: null, means: 'none' } },
  ],
};
