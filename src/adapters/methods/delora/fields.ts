import { arxiv, dropoutField, loraPatterns, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'delora',
  title: 'DeLoRA',
  help: 'LoRA whose thin matrices say in which direction a weight changes, and one trained number for how far.',
  paper: arxiv('DeLoRA', '2503.18225'),
  kind: 'low rank',
  formula: 'ΔW = λ/r Σᵢ (bᵢ / |bᵢ|)(aᵢ / |aᵢ|)ᵀ diag(|W|)',
  when: 'When a high rate or a long training must not carry the weights away: the update is never larger than λ allows. It starts to change the model by all of λ at the first steps.',
  budget: 'r',
  lr: 1e-3,
  look,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 8, min: 1, max: 4096, help: 'Rank of the update; parameters grow with it.' },
    { name: 'delora_lambda', label: 'delora_lambda', kind: 'number', default: 2, min: 1e-3, max: 1e6, help: 'Start value of λ, how large the update may be; PEFT’s 15 is for much wider models.' },
    dropoutField('module_dropout'),
    ...targetFields,
  ],
  patterns: { rank_pattern: loraPatterns.rank_pattern, lambda_pattern: 'delora_lambda' },
};
