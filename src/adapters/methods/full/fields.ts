import type { MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'full',
  title: 'Full fine-tuning',
  help: 'Trains every weight of the model.',
  budget: null,
  lr: 1e-4,
  fields: [],
  look,
  trains: 'weights',
  usual: true,
  corner: 1,
};
