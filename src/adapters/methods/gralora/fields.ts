import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'gralora',
  title: 'GraLoRA',
  help: 'Cuts the weight into k by k blocks, each with thin matrices of its own: LoRA’s parameters, k times its rank.',
  paper: arxiv('GraLoRA', '2505.20355'),
  kind: 'low rank',
  formula: 'ΔW of block i, j = s Bᵢⱼ Aᵢⱼ',
  when: 'Where LoRA’s rank is too small and more parameters are not wanted. k must divide the rank and both sides of every layer.',
  budget: 'r',
  lr: 3e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 32, min: 1, max: 4096, help: 'Rank of all blocks of a row together, a multiple of gralora_k; parameters grow with it.' },
    { name: 'gralora_k', label: 'gralora_k', kind: 'integer', default: 2, min: 1, max: 256, help: 'Number of blocks along each side of a weight: the parameters stay the same, and the rank that all blocks have together grows with it.', short: 'k' },
    { name: 'hybrid_r', label: 'hybrid_r', kind: 'integer', default: 0, min: 0, max: 4096, help: 'Rank of a LoRA of the whole weight beside the blocks.', empty: { value: 0, means: 'none' } },
    { name: 'alpha', label: 'alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by alpha / (r + hybrid_r); twice r when left out.', empty: { value: null, means: '2 r' } },
    dropoutField('gralora_dropout'),
    ...targetFields,
  ],
};
