import { arxiv, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'lora_xs',
  title: 'LoRA-XS',
  help: 'A small square matrix between two fixed ones, which are the weight\'s largest singular vectors; only the small one is trained.',
  paper: arxiv('LoRA-XS', '2405.17604'),
  peft: false,
  equivalent: 'lora',
  kind: 'the weight’s own parts',
  formula: 'ΔW = s U R V,  R: r × r',
  when: 'When r² parameters a layer are enough; needs a decomposition of each weight first.',
  budget: 'r',
  lr: 3e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 16, min: 1, max: 4096, help: 'Rank of the update; parameters grow with its square.' },
    { name: 'lora_alpha', label: 'lora_alpha', kind: 'number', default: 16, min: 0, max: 1e6, help: 'The update is scaled by lora_alpha / r.' },
    ...targetFields,
  ],
};
