import type { Codec } from './codec';
import { loraCodec } from './lora.codec';

/** LORA with `use_dora`. */
export const doraCodec: Codec = {
  ...loraCodec,
  owns: (config) => config.use_dora === true,
  write: (c, patterns) => ({ ...loraCodec.write(c, patterns), use_dora: true }),
  // Some versions keep `.weight` behind the magnitude.
  spellings: { 'lora_magnitude_vector.weight': 'lora_magnitude_vector' },
};
