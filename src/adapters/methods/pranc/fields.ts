import { arxiv, keyField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'pranc',
  title: 'PRANC',
  help: 'A few numbers for the whole model: how much of each of as many random networks is added to it.',
  paper: arxiv('PRANC', '2206.08464'),
  peft: false,
  kind: 'shared and random bases',
  formula: 'Δθ = Σ_j α_j θ_j for the whole model',
  when: 'When a whole adapter must be a few numbers; it learns little, and slowly.',
  budget: 'num_alpha',
  lr: 1e-2,
  look,
  fields: [
    { name: 'num_alpha', label: 'Random networks', kind: 'integer', default: 256, min: 1, max: 65_535, help: 'How many are added, one trained number each; time grows with it, memory does not.', short: 'K' },
    { name: 'bases', label: 'Random networks from', kind: 'choice', default: 'key', choices: ['key', 'file'], help: 'Made from the key wherever they are needed, or brought by the adapter that is trained on.' },
    keyField,
    ...targetFields,
  ],
};
