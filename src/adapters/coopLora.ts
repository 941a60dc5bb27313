import { coop } from './coop';
import { fields } from './coopLora.fields';
import { lora } from './lora';
import { withPrompts } from './withPrompts';

/**
 * CoOp and LoRA at once, as the RandLoRA paper suggests for prompts beside weights (arXiv 2502.00987, B.3), by our definition: both learn
 * from the same loss at the same rate. Checked against CoOp alone on a model that the LoRA was merged into.
 */
export const coopLora = withPrompts(fields, lora, coop);
