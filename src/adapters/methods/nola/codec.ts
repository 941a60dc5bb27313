import { ownCodec } from '../../codec';
import { numOr } from '../../method';
import { fields } from './fields';

export const nolaCodec = ownCodec('NOLA', fields, (c) => ({ nola_alpha: numOr(c, 'nola_alpha', 1) }), { bases: ['nola_basis_A', 'nola_basis_B'], card: { note: 'for PEFT export it as LoRA, which computes the same' } });
