import type { Codec } from '../../codec';
import { loraCodec } from '../lora/codec';

const mark = { use_dora: true };

/** LORA with `use_dora`. */
export const doraCodec: Codec = {
  ...loraCodec,
  mark,
  owns: (config) => config.use_dora === true,
  write: (c, patterns, layers) => ({ ...loraCodec.write(c, patterns, layers), ...mark }),
  // Some versions keep `.weight` behind the magnitude.
  spellings: { 'lora_magnitude_vector.weight': 'lora_magnitude_vector' },
};
