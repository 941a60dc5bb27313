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
  kind: 'shared and random bases',
  formula: 'ΔW = s B A + s′ Σ_i B_i Λ_i A′ Γ_i',
  when: 'When a part of low rank should be learned quickly and the rest at full rank.',
  budget: 'r',
  lr: 1e-3,
  look,
  fields: pairFields(lora, randlora),
};
