import type { MethodFields } from './field';

export const fields: MethodFields = {
  method: 'full',
  title: 'Full fine-tuning',
  help: 'Trains every weight of the model.',
  budget: null,
  lr: 1e-4,
  fields: [],
};
