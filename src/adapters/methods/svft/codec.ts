import { ownCodec } from '../../codec';
import { fields } from './fields';

export const svftCodec = ownCodec('SVFT', fields, () => ({}));
