import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'hydralora',
  title: 'HydraLoRA',
  help: 'One thin matrix that takes features and several that turn them into updates; a router says for each token how much of each.',
  paper: arxiv('HydraLoRA', '2404.19245'),
  peft: false,
  unmerged: 'a router mixes its matrices anew for each token',
  kind: 'low rank',
  formula: 'y = W x + s Σ ω_i(x) B_i A x',
  when: 'For data that are several tasks at once; it cannot be merged, since a router decides for each token.',
  budget: 'r',
  lr: 3e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Rank of each update; parameters grow with it.' },
    { name: 'lora_nums', label: 'Heads', kind: 'integer', default: 3, min: 1, max: 64, help: 'Matrices B that the router chooses from.' },
    { name: 'lora_alpha', label: 'lora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by lora_alpha / r; r when left out.', empty: { value: null, means: 'r' } },
    dropoutField('lora_dropout'),
    ...targetFields,
  ],
};
