import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'unilora',
  title: 'Uni-LoRA',
  help: 'LoRA whose matrices are filled from one short vector for the whole model: every entry is one of its numbers, drawn once from a seed.',
  paper: arxiv('Uni-LoRA', '2506.00799'),
  moved: true,
  kind: 'shared and random bases',
  formula: 'ΔW = B A,  entries of both = θ[i] / √n_i',
  when: 'When parameters must be as few as one likes, whatever the model: their number is that of the vector, and the file holds little else. A short vector learns little and needs a large rate (256 numbers: 0.3), a long one a small rate (100,000: 0.01).',
  budget: 'theta_d_length',
  lr: 1e-2,
  look,
  equivalent: 'lora',
  fields: [
    { name: 'theta_d_length', label: 'Numbers', kind: 'integer', default: 256, min: 1, max: 16_777_216, help: 'Length of the vector that all layers share: all that is trained.', short: 'd' },
    { name: 'r', label: 'Rank r', kind: 'integer', default: 4, min: 1, max: 4096, help: 'Rank of the update; costs no parameters.' },
    { name: 'proj_seed', label: 'Seed of the places', kind: 'integer', default: 42, min: 0, max: Number.MAX_SAFE_INTEGER, help: 'Which number goes to which places in the matrices, as PEFT draws it.' },
    dropoutField('unilora_dropout'),
    { name: 'init_theta_d_bound', label: 'Start', kind: 'number', default: 0.02, min: 1e-9, max: 1e6, help: 'The numbers start anywhere between this and its negative.' },
    { name: 'save_indices', label: 'Save the places', kind: 'boolean', default: false, help: 'The file holds the places as well, and is as large as a LoRA’s or larger; otherwise they are drawn again from the seed.' },
    ...targetFields,
  ],
};
