import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'miss',
  title: 'MiSS',
  help: 'Inputs are added up in shards before one thin matrix: half of LoRA’s parameters at its rank, and nothing random.',
  paper: arxiv('MiSS', '2409.15371'),
  kind: 'low rank',
  formula: 'ΔW x = D Σ x by shard',
  when: 'When half of LoRA’s parameters, fewer operations and nothing random matter.',
  budget: 'r',
  lr: 3e-4,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 64, min: 1, max: 4096, help: 'Length of a shard; parameters grow with it.' },
    dropoutField('miss_dropout'),
    ...targetFields,
  ],
};
