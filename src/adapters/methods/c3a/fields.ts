import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'c3a',
  title: 'C3A',
  help: 'An update of blocks, in each of which every row is the one above it shifted by one place: one trained row a block.',
  paper: arxiv('C3A', '2407.19342'),
  python: false,
  moved: true,
  kind: 'spectra',
  formula: 'ΔW = circulant blocks / in',
  when: 'When an update of high rank is wanted at few parameters; its count comes in steps, and it needs a very large rate.',
  budget: 'block_size',
  lr: 3e-1,
  look,
  fields: [
    { name: 'block_size', label: 'Block size', kind: 'integer', default: 256, min: 1, max: 65_536, help: 'Length of a block, at most: each layer takes the largest that divides both its sizes; the larger, the fewer parameters.', short: 'b' },
    { name: 'init_weights', label: 'Start', kind: 'choice', default: 'xavier_uniform', choices: ['xavier_uniform', 'kaiming_uniform', 'gaussian', 'zeros'], help: 'Start values: random as in PEFT, or zeros, so at the model as it is.' },
    ...targetFields,
  ],
  patterns: { block_size_pattern: 'block_size' },
};
