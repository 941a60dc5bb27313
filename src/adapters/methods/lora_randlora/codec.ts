import { ownCodec } from '../../codec';
import { loraAlpha } from '../lora/codec';
import { fields } from './fields';
import { randloraAlpha, randloraFile } from '../randlora/codec';

/** No file of PEFT's holds both: `r` is LoRA's, `randlora_r` RandLoRA's, and the bases stand once for all layers. */
export const loraRandloraCodec = ownCodec(
  'FULLRANK_HYBRID',
  fields,
  (c) => ({ lora_alpha: loraAlpha(c), randlora_alpha: randloraAlpha({ ...c, r: c.randlora_r }) }),
  randloraFile,
);
