import { arxiv, loraPatterns, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'loha',
  title: 'LoHa',
  help: 'Two products of thin matrices, multiplied entry by entry: an update of rank r² by twice LoRA’s parameters.',
  paper: arxiv('FedPara', '2108.06098'),
  kind: 'low rank',
  formula: 'ΔW = s (B₁ A₁) ⊙ (B₂ A₂)',
  when: 'When an update of high rank is wanted at few parameters: rank 8 reaches what LoRA needs 64 for. A step takes longer than LoRA’s, since the update is made whole.',
  budget: 'r',
  lr: 1e-2,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Rank of each of the two products; parameters grow with it, and the update’s rank with its square.' },
    { name: 'alpha', label: 'alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by alpha / r; r when left out.', empty: { value: null, means: 'r' } },
    ...targetFields,
  ],
  patterns: { rank_pattern: loraPatterns.rank_pattern, alpha_pattern: 'alpha' },
};
