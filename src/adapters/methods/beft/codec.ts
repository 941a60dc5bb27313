import type { Codec } from '../../codec';

/** BEFT. Source: peft/tuners/beft/config.py. */
export const beftCodec: Codec = {
  type: 'BEFT',
  peft: true,
  linearOnly: true,
  fields: {},
  read: () => ({}),
  write: () => ({}),
  rest: { inference_mode: true, init_weights: true },
  excludes: false,
  numbers: false,
  since: '0.20',
};
