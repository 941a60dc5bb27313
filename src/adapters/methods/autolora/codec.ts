import type { MethodConfig } from '../../field';
import { fields } from './fields';
import { ownCodec } from '../../codec';
import { num, numOr } from '../../method';

export const alphaOf = (c: MethodConfig): number => numOr(c, 'lora_alpha', num(c, 'r') ** 2);

export const autoloraCodec = ownCodec('AUTOLORA', fields, (c) => ({ lora_alpha: alphaOf(c) }), { card: { note: 'for PEFT export it as LoRA, which computes the same' } });
