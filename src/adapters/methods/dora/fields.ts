import { arxiv, type MethodFields } from '../../field';
import { fields as lora } from '../lora/fields';
import { look } from './look';

export const fields: MethodFields = {
  method: 'dora',
  title: 'DoRA',
  help: 'LoRA on the direction of each weight row, with its length trained apart.',
  paper: arxiv('DoRA', '2402.09353'),
  kind: 'low rank',
  formula: 'W′ = m ⊙ (W + s B A) ∕ ‖W + s B A‖ by row',
  when: 'At small ranks it often beats LoRA a little, and takes more time and memory for each step.',
  budget: lora.budget,
  lr: lora.lr,
  look,
  fields: lora.fields,
  patterns: lora.patterns,
};
