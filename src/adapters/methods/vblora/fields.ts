import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'vblora',
  title: 'VB-LoRA',
  help: 'LoRA whose matrices are put together of short vectors, each a mix of a few out of one bank for the whole model.',
  paper: arxiv('VB-LoRA', '2405.15179'),
  moved: true,
  kind: 'shared and random bases',
  formula: 'ΔW = B A,  parts of both = Σ_k softmax(top k) v_k',
  when: 'When many layers may share what they learn, and the stored file may be small; while it trains it has more numbers than it keeps.',
  budget: 'num_vectors',
  lr: 1e-2,
  look,
  fields: [
    { name: 'num_vectors', label: 'Vectors', kind: 'integer', default: 256, min: 1, max: 65_536, help: 'Vectors in the bank; every part of a matrix has a logit for each.', short: 'h' },
    { name: 'vector_length', label: 'Length of a vector', kind: 'integer', default: null, min: 1, max: 65_536, help: 'It must divide both sizes of every layer; the largest that does, up to 256, when left out.', empty: { value: null, means: 'the largest up to 256' } },
    { name: 'r', label: 'Rank r', kind: 'integer', default: 4, min: 1, max: 4096, help: 'Rank of the update; logits grow with it.' },
    { name: 'topk', label: 'Mixed', kind: 'integer', default: 2, min: 1, max: 64, help: 'Vectors that are mixed: those with the largest logits.' },
    dropoutField('vblora_dropout'),
    { name: 'init_vector_bank_bound', label: 'Start of the bank', kind: 'number', default: 0.02, min: 0, max: 10, help: 'The vectors start anywhere between this and its negative.' },
    { name: 'init_logits_std', label: 'Start of the logits', kind: 'number', default: 0.1, min: 0, max: 10, help: 'Standard deviation of the logits at the start.' },
    { name: 'save_only_topk_weights', label: 'Mixes only', kind: 'boolean', default: false, help: 'The adapter that is trained on brings what is mixed and no logits, which then stays as it is: the bank alone learns.' },
    ...targetFields,
  ],
};
