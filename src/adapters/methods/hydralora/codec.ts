import { ownCodec } from '../../codec';
import { fields } from './fields';
import { loraAlpha } from '../lora/codec';

/** No release of PEFT has it; the authors' program saves under a LORA that PEFT cannot read. */
export const hydraloraCodec = ownCodec('HYDRALORA', fields, (c) => ({ lora_alpha: loraAlpha(c) }));
