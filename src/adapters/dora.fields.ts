import type { MethodFields } from './field';
import { fields as lora } from './lora.fields';

export const fields: MethodFields = {
  ...lora,
  method: 'dora',
  title: 'DoRA',
  help: 'LoRA on the direction of each weight row, with its length trained apart.',
};
