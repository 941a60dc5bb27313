import { ofTexts, wordsField } from '../../prompts/contexts.fields';
import { look } from './look';
import { arxiv, type MethodFields } from '../../field';

export const fields: MethodFields = {
  method: 'coop',
  title: 'CoOp',
  help: 'Trains the words around the names of classes that CLIP compares pictures with, as vectors; no weight changes.',
  paper: arxiv('CoOp', '2109.01134'),
  ...ofTexts,
  kind: 'prompts',
  formula: 'text = [v_1 … v_M, name of the class]',
  when: 'For CLIP with few pictures of each class, where texts say what the classes are.',
  budget: 'n_ctx',
  lr: 5e-3,
  look,
  fields: [
    { name: 'n_ctx', label: 'Context', kind: 'integer', default: 16, min: 1, max: 64, help: 'Vectors around the name of a class; a text has 77 tokens at most.', unit: 'vectors', short: 'n' },
    { name: 'class_specific', label: 'Each class its own', kind: 'boolean', default: false, help: 'Each class learns a context of its own, which suits a few classes that are much alike.' },
    { name: 'class_token_position', label: 'Place of the name', kind: 'choice', default: 'end', choices: ['end', 'middle', 'front'], help: 'Where the name of the class stands in its context.' },
    wordsField(null),
  ],
};
