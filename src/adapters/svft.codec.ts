import { ownCodec } from './codec';
import { fields } from './svft.fields';

export const svftCodec = ownCodec('SVFT', fields, () => ({}));
