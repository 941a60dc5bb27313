import type { MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'linear_probe',
  title: 'Linear probe',
  help: 'Trains the classification head alone on frozen features.',
  kind: 'weights',
  formula: 'y = W_head f(x), f fixed',
  when: 'To know what the features give by themselves; the quickest of all, and the baseline of every other.',
  budget: null,
  lr: 1e-2,
  fields: [],
  look,
  trains: 'head',
  usual: true,
};
