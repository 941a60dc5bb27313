import { ofTexts, wordsField } from '../../prompts/contexts.fields';
import { arxiv, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'maple',
  title: 'MaPLe',
  help: 'Trains vectors in the texts of the classes, and layers that make tokens beside the patches of them: both towers of CLIP see what was learned, in their first blocks.',
  paper: arxiv('MaPLe', '2210.03117'),
  ...ofTexts,
  kind: 'prompts',
  formula: 'prompts in texts, and W_k of them beside patches',
  when: 'For CLIP with few pictures, when both towers may change.',
  budget: 'n_ctx',
  lr: 2e-3,
  look,
  fields: [
    { name: 'n_ctx', label: 'Context', kind: 'integer', default: 2, min: 1, max: 64, help: 'Vectors in each text, and tokens beside the patches.', unit: 'vectors', short: 'n' },
    { name: 'prompt_depth', label: 'Depth', kind: 'integer', default: 9, min: 1, max: 1024, help: 'Blocks that get vectors of their own, from the first on.', unit: 'blocks' },
    wordsField('a photo of a'),
  ],
};
