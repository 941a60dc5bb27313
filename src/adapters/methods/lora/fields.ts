import { arxiv, dropoutField, loraPatterns, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'lora',
  title: 'LoRA',
  help: 'Adds a product of two thin matrices: an update of rank r.',
  paper: arxiv('LoRA', '2106.09685'),
  kind: 'low rank',
  formula: 'ΔW = s B A,  B: out × r,  A: r × in',
  when: 'A first choice: quick, small and understood by every tool. Beyond some rank more parameters bring little.',
  budget: 'r',
  lr: 3e-3,
  look,
  usual: true,
  yardstick: true,
  nearest: true,
  corner: 0,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Rank of the update; parameters grow with it.' },
    { name: 'lora_alpha', label: 'lora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The update is scaled by lora_alpha / r; r when left out.', empty: { value: null, means: 'r' } },
    dropoutField('lora_dropout'),
    { name: 'use_rslora', label: 'rsLoRA', kind: 'boolean', default: false, help: 'Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast.', term: 'rslora' },
    ...targetFields,
  ],
  patterns: loraPatterns,
};
