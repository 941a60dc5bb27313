import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'shira',
  title: 'SHiRA',
  help: 'Trains a few of the weights themselves, one or two in a hundred, and leaves the others as they are.',
  paper: arxiv('SHiRA', '2406.13175'),
  kind: 'the weight’s own parts',
  formula: 'ΔW is zero but in some places',
  when: 'When adapters are switched or added up often: few weights differ. Which ones is chosen before training.',
  budget: 'r',
  lr: 3e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'As many weights are trained as LoRA of this rank has parameters.' },
    { name: 'mask_type', label: 'Which weights', kind: 'choice', default: 'random', choices: ['random', 'weight_magnitude'], help: 'Any, or the largest of each layer.' },
    { name: 'random_seed', label: 'Seed of the mask', kind: 'integer', default: null, min: 0, max: 2 ** 31, help: 'Which weights are trained where any are; each layer draws its own.', empty: { value: null, means: 'the run\'s seed' } },
    ...targetFields,
  ],
};
