import type { Codec } from '../../codec';
import { loraCodec } from '../lora/codec';

const starts = (config: Record<string, unknown>): boolean => typeof config.init_lora_weights === 'string' && config.init_lora_weights.startsWith('pissa');

const mark = { init_lora_weights: 'pissa' };

/** LORA with `init_lora_weights: pissa`: PEFT takes the factors' start off the weight when it opens such a folder, and so do we. */
export const pissaCodec: Codec = {
  ...loraCodec,
  mark,
  owns: (config) => starts(config) && config.use_dora !== true,
  write: (c, patterns, layers) => ({ ...loraCodec.write(c, patterns, layers), ...mark }),
  refused: {
    ...loraCodec.refused,
    init_lora_weights: [(v) => v === 'pissa', 'takes a randomised singular value decomposition off the base weights, which cannot be made again'],
  },
  // Of training alone.
  beside: ['decay'],
  card: { ...loraCodec.card, note: 'PEFT must open it on the base model as it was downloaded: it subtracts the top of each weight from it. Exported as LoRA it needs no such care.' },
};
