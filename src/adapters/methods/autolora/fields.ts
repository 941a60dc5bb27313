import { arxiv, dropoutField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'autolora',
  title: 'AutoLoRA',
  help: 'LoRA as a sum of parts of rank one, with a trained share of each in the whole: which ranks a layer needs.',
  paper: arxiv('AutoLoRA', '2403.09113'),
  peft: false,
  equivalent: 'lora',
  kind: 'low rank',
  formula: 'ΔW = Σ α_k b_k a_kᵀ',
  when: 'To find out which ranks a layer needs; part of the training pictures is held back for it.',
  budget: 'r',
  lr: 3e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Parts of each layer; parameters grow with it.' },
    { name: 'lora_alpha', label: 'lora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by lora_alpha / r; r squared when left out, so that at equal shares it is what a LoRA begins with.', empty: { value: null, means: 'r squared' } },
    dropoutField('lora_dropout'),
    ...targetFields,
  ],
};
