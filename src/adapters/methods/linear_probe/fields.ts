import type { MethodFields } from '../../field';
import { look } from './look';

export const fields: MethodFields = {
  method: 'linear_probe',
  title: 'Linear probe',
  help: 'Trains the classification head alone on frozen features.',
  budget: null,
  lr: 1e-2,
  fields: [],
  look,
  trains: 'head',
};
