import type { Codec } from '../../codec';

/** LN_TUNING, which keeps a trained copy of each norm. Source: peft/tuners/ln_tuning/config.py, layer.py. */
export const lnTuningCodec: Codec = {
  type: 'LN_TUNING',
  peft: true,
  fields: {},
  read: () => ({}),
  write: () => ({}),
  rest: { inference_mode: true },
  excludes: true,
  numbers: false,
  weight: (name) => name.replace(/\.([^.]+)$/, '.ln_tuning_layers.$1'),
};
