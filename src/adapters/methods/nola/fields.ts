import { arxiv, keyField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'nola',
  title: 'NoLA',
  help: 'LoRA whose two matrices are combinations of fixed random ones; only the coefficients are trained.',
  paper: arxiv('NoLA', '2310.02556'),
  peft: false,
  moved: true,
  kind: 'shared and random bases',
  formula: 'ΔW = s (Σ β_j B_j)(Σ α_j A_j)',
  when: 'When parameters must be fewer than LoRA’s at rank 1; its rank is still a small one.',
  budget: 'nola_num_bases',
  lr: 1e-2,
  look,
  equivalent: 'lora',
  fields: [
    { name: 'nola_num_bases', label: 'Random bases', kind: 'integer', default: 1024, min: 1, max: 65536, help: 'Coefficients for each of the two factors; parameters grow with it.', short: 'k', term: 'bases' },
    { name: 'r', label: 'Rank r', kind: 'integer', default: 1, min: 1, max: 512, help: 'Rank of the update; costs no parameters.' },
    { name: 'nola_alpha', label: 'nola_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by nola_alpha / r; 1 when left out, as in the authors\' code.', empty: { value: null, means: 'r' } },
    keyField,
    ...targetFields,
  ],
};
