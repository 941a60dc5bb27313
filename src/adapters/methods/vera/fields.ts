import { arxiv, dropoutField, keyField, targetFields, type MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'vera',
  title: 'VeRA',
  help: 'Fixed random matrices shared by all layers; only two scaling vectors a layer are trained.',
  paper: arxiv('VeRA', '2310.11454'),
  kind: 'shared and random bases',
  formula: 'ΔW = diag(b) B diag(d) A',
  when: 'When the file must be tiny: two vectors a layer. It needs a large rate, and stays behind where much must change.',
  budget: 'r',
  lr: 6.5e-2,
  look,
  usual: true,
  fields: [
    { name: 'r', label: 'Rank r', kind: 'integer', default: 256, min: 1, max: 8192, help: 'Rank of the shared random matrices; adds r parameters a layer.' },
    { name: 'd_initial', label: 'd_initial', kind: 'number', default: 0.1, min: -10, max: 10, help: 'Start value of vera_lambda_d.' },
    dropoutField('vera_dropout'),
    keyField,
    ...targetFields,
  ],
};
