import { method as lora } from '../lora/method';
import { loraRandloraCodec } from './codec';
import { fields } from './fields';
import { pair } from '../../pair';
import { method as randlora } from '../randlora/method';

/**
 * LoRA + RandLoRA: delta = s_L B A + s_R D, what the RandLoRA paper calls future work (arXiv 2502.00987, 6.6), by our definition:
 * all of it is trained at once, LoRA from B = 0 and RandLoRA from lambda = 0, so that nothing jumps, also where a trained LoRA is
 * put in first. Checked against PEFT's RandLoRA on a model that PEFT merged a LoRA into.
 */
export const method = pair(fields, [loraRandloraCodec], lora, randlora);
