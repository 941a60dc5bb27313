import { coop } from './coop';
import { coopLoraCodec } from './coopLora.codec';
import { fields } from './coopLora.fields';
import { lora } from './lora';
import { pair } from './pair';

/**
 * CoOp + LoRA: a learned context in the classes' texts and a LoRA on the layers of both towers, trained together, as the RandLoRA paper
 * suggests of prompts and weights (arXiv 2502.00987), by our definition: LoRA starts from B = 0, so that the first step is CoOp's.
 */
export const coopLora = pair(fields, [coopLoraCodec], coop, lora);
