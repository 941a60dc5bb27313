import type { Role } from '../train/protocol';

/** Purposes of a run's memory in words, for the page and reports of runs. */
export const roleWords = {
  frozen: 'frozen weights',
  temp: 'activations',
  input: 'batch',
  output: 'outputs',
  uniform: 'kernel parameters',
  staging: 'read-back',
  bases: 'random bases',
  merged: 'merged weights',
  texts: 'class texts',
  param: 'trainable',
  grad: 'gradients',
  state: 'Adam moments, averages',
} satisfies Record<Role, string>;
