import { dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'hira',
  title: 'HiRA',
  help: 'A product of two thin matrices says by what share each weight changes: an update of high rank.',
  paper: { title: 'HiRA', at: 'ICLR 2025', url: 'https://openreview.net/forum?id=TwJrTz9cRS' },
  kind: 'low rank',
  formula: 'ΔW = W ⊙ (B A)',
  when: 'When an update of high rank is wanted at LoRA’s number of parameters; it cannot change a weight that is zero.',
  budget: 'r',
  lr: 3e-2,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 32, min: 1, max: 4096, help: 'Rank of what the weight is multiplied by; parameters grow with it.' },
    dropoutField('hira_dropout'),
    ...targetFields,
  ],
  patterns: { rank_pattern: 'r' },
};
