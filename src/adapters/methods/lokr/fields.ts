import { arxiv, loraPatterns, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'lokr',
  title: 'LoKr',
  help: 'The Kronecker product of two small matrices, the larger of them a product of thin ones: very few parameters, and a high rank.',
  paper: arxiv('LyCORIS', '2309.14859'),
  kind: 'low rank',
  formula: 'ΔW = s W₁ ⊗ W₂,  W₂ = B A',
  when: 'When the file must be small and the rank high: some hundreds of parameters a layer. Beyond a rank W₂ is whole, and more bring nothing.',
  budget: 'r',
  lr: 1e-2,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Rank of the second matrix, which is trained whole from half its longer side on; parameters grow with it.' },
    { name: 'alpha', label: 'alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by alpha / r, also where both matrices are whole; r when left out.', empty: { value: null, means: 'r' } },
    { name: 'decompose_both', label: 'Decompose both', kind: 'boolean', default: false, help: 'The first matrix is a product of thin ones, too, where the rank is small enough.' },
    { name: 'decompose_factor', label: 'decompose_factor', kind: 'integer', default: -1, min: -1, max: 65_536, help: 'Side of the first matrix, or the most it may be where that divides no side of the weight; −1 makes both as square as they can be.', short: 'factor' },
    ...targetFields,
  ],
  patterns: { rank_pattern: loraPatterns.rank_pattern, alpha_pattern: 'alpha' },
};
