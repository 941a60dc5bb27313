import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'kradapter',
  title: 'KRAdapter',
  help: 'Each row of the update is the product of all pairs of two short rows: full rank, at one number of parameters.',
  paper: arxiv('KRAdapter', '2508.00230'),
  peft: false,
  kind: 'low rank',
  formula: 'ΔW = s (U ⊙ V by column)ᵀ',
  when: 'When an update of full rank is wanted at one fixed number of parameters, near that of LoRA at rank 16.',
  budget: null,
  lr: 1e-3,
  look,
  fields: [
    { name: 'scaling', label: 'Scaling', kind: 'number', default: 2, min: 0, max: 1e6, help: 'Factor of the update.' },
    ...targetFields,
  ],
};
