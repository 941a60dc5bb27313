import { look } from './look';
import { ofTexts, wordsField } from '../../prompts/contexts.fields';
import { arxiv, type MethodFields } from '../../field';

export const fields: MethodFields = {
  method: 'cocoop',
  title: 'CoCoOp',
  help: 'CoOp, with a small network that moves the context for each picture: holds better for classes that it has not seen, and reads all texts anew for every picture.',
  paper: arxiv('CoCoOp', '2203.05557'),
  ...ofTexts,
  kind: 'prompts',
  formula: 'text = [v_m + h(image) …, name of the class]',
  when: 'Like CoOp, where classes come that were not trained; much slower.',
  budget: 'n_ctx',
  lr: 5e-3,
  look,
  fields: [
    { name: 'n_ctx', label: 'Context', kind: 'integer', default: 4, min: 1, max: 64, help: 'Vectors in front of the name of a class.', unit: 'vectors', short: 'n' },
    wordsField('a photo of a'),
  ],
};
