import { method as coop } from '../coop/method';
import { coopLoraCodec } from './codec';
import { fields } from './fields';
import { method as lora } from '../lora/method';
import { pair } from '../../pair';

/**
 * CoOp + LoRA: a learned context in the classes' texts and a LoRA on the layers of both towers, trained together, as the RandLoRA paper
 * suggests of prompts and weights (arXiv 2502.00987), by our definition: LoRA starts from B = 0, so that the first step is CoOp's.
 */
export const method = pair(fields, [coopLoraCodec], coop, lora);
