import type { Codec } from '../../codec';

/** A type of our own, with the biases by the names that the model has for them: PEFT has no such method. */
export const bitfitCodec: Codec = {
  type: 'BITFIT',
  peft: false,
  fields: {},
  read: () => ({}),
  write: () => ({}),
  rest: { inference_mode: true },
  excludes: true,
  numbers: false,
};
