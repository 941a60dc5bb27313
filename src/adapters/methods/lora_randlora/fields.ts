import { arxiv, type MethodFields } from '../../field';
import { fields as lora } from '../lora/fields';
import { look } from './look';
import { pairFields } from '../../pair.fields';
import { fields as randlora } from '../randlora/fields';

export const fields: MethodFields = {
  method: 'lora_randlora',
  title: 'LoRA + RandLoRA',
  help: 'The update of LoRA and that of RandLoRA, added and trained together.',
  paper: { ...arxiv('RandLoRA', '2502.00987'), idea: true },
  peft: false,
  budget: 'r',
  lr: 1e-3,
  look,
  fields: pairFields(lora, randlora),
};
