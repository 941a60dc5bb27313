import { ofTexts, wordsField } from '../../prompts/contexts.fields';
import { fields as coop } from '../coop/fields';
import { look } from './look';
import { arxiv, type Field, type MethodFields } from '../../field';
import { fields as lora } from '../lora/fields';
import { pairFields } from '../../pair.fields';

/** Few vectors, which begin as words: what the weights learn starts at what CLIP knows. */
const started: Record<string, (field: Field) => Field> = { n_ctx: (field) => ({ ...field, default: 4 }), ctx_init: () => wordsField('a photo of a') };

export const fields: MethodFields = {
  method: 'coop_lora',
  title: 'CoOp + LoRA',
  help: 'The context of CoOp in the texts, and the update of LoRA in both towers, trained together.',
  paper: { ...arxiv('RandLoRA', '2502.00987'), idea: true },
  ...ofTexts,
  unmerged: 'what CLIP reads around the names of classes is no weight',
  kind: 'prompts',
  formula: 'CoOp in the texts, ΔW = s B A in both towers',
  when: 'For CLIP, when texts alone do not reach what LoRA does.',
  budget: 'r',
  lr: 3e-3,
  look,
  fields: pairFields(coop, lora).map((field) => started[field.name]?.(field) ?? field),
};
