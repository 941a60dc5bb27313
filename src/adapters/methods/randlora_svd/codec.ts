import * as z from 'zod/mini';
import { ownCodec, type Codec } from '../../codec';
import { randloraAlpha } from '../randlora/codec';
import { fields } from './fields';

const own = ownCodec('FULLRANK_RANDLORA', fields, (c) => ({ randlora_alpha: randloraAlpha(c), bases: 'svd', pairing: 'paper' }));

/** The type of what PEFT does not have of RandLoRA, told apart by its bases; they stand in the file layer by layer. */
export const randloraSvdCodec: Codec = {
  ...own,
  fields: { ...own.fields, bases: z.literal('svd'), pairing: z._default(z.literal('paper'), 'paper') },
  owns: ({ bases }) => bases === 'svd',
};
