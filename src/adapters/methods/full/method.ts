import { fields } from './fields';
import { onNoLayer, type Method } from '../../method';

/** Full fine-tuning: every weight is a parameter, no layer is adapted. */
export const method: Method = {
  fields,
  trains: 'weights',
  ...onNoLayer,
  merged: (_, __, t) => t.weight,
};
