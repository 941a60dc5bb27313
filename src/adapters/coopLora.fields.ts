import { said } from '../said/said';
import { ofTexts } from './contexts.fields';
import { fields as coop } from './coop.fields';
import { look } from './coopLora.look';
import type { MethodFields } from './field';
import { fields as lora } from './lora.fields';
import { pairFields } from './pair.fields';

export const fields: MethodFields = {
  method: 'coop_lora',
  title: 'CoOp + LoRA',
  help: 'Trains the words around the names of classes that CLIP compares pictures with, and low-rank updates of its layers, at once.',
  ...ofTexts,
  unmerged: said`besides weights it trains what CLIP reads around the names of classes`,
  budget: 'r',
  lr: 3e-3,
  look,
  fields: pairFields(lora, coop),
  patterns: lora.patterns,
};
