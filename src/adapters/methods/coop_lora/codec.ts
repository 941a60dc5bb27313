import { ownCodec } from '../../codec';
import { fields } from './fields';
import { loraAlpha } from '../lora/codec';

/** No file of PEFT's holds a context beside its layers: `ctx` stands once for all of them. */
export const coopLoraCodec = ownCodec('FULLRANK_PROMPTED', fields, (c) => ({ lora_alpha: loraAlpha(c) }));
