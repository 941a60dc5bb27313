import { arxiv, dropoutField, loraPatterns, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'pissa',
  title: 'PiSSA',
  help: 'LoRA that starts from the largest singular values of the weight and trains them; the rest of the weight is fixed.',
  paper: arxiv('PiSSA', '2404.02948'),
  python: false,
  equivalent: 'lora',
  kind: 'low rank',
  formula: 'ΔW = B A − B₀ A₀,  B₀ A₀: the largest singular values of W',
  when: 'When few steps must do: it starts in the directions that matter most, and needs a decomposition of each weight first.',
  budget: 'r',
  lr: 4.6e-4,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 16, min: 1, max: 4096, help: 'How many singular values are trained; parameters grow with it.' },
    { name: 'lora_alpha', label: 'lora_alpha', kind: 'number', default: null, min: 0, max: 1e6, help: 'The product of the factors is scaled by lora_alpha / r; r when left out.', empty: { value: null, means: 'r' } },
    dropoutField('lora_dropout'),
    { name: 'use_rslora', label: 'rsLoRA', kind: 'boolean', default: false, help: 'Scale by lora_alpha / sqrt(r) instead, so that high ranks learn as fast.' },
    { name: 'decay', label: 'Weight decay', kind: 'boolean', default: false, help: 'Weight decay of the run also acts on the factors, which hold what the model knows best; it does not unless this is set.' },
    ...targetFields,
  ],
  patterns: loraPatterns,
};
