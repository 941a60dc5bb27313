import { ownCodec, type Codec } from '../../codec';
import { loraCodec } from '../lora/codec';
import { fields } from './fields';

/** The matrix that is trained; its name follows the layer's without a dot. */
export const MAPPING = '_lora_latent_mapping.weight';

const card = { note: 'for PEFT export it as LoRA, which computes the same' };

/** A folder of the authors' program, which calls itself LORA: PEFT reads the fixed factors of it and leaves out what was trained. */
const authors: Codec = {
  ...loraCodec,
  peft: false,
  owns: (_, tensors) => tensors.some((name) => name.endsWith(MAPPING)),
  read: ({ r, lora_alpha }) => ({ r, lora_alpha }),
};

export const loraXsCodecs: Codec[] = [ownCodec('LORAXS', fields, () => ({}), { card }), authors];
