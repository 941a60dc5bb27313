import { fields } from './full.fields';
import { onNoLayer, type Method } from './method';

/** Full fine-tuning: every weight is a parameter, no layer is adapted. */
export const full: Method = {
  fields,
  trains: 'weights',
  ...onNoLayer,
  merged: (_, __, t) => t.weight,
};
