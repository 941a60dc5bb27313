import { ownCodec } from '../../codec';
import { fields } from './fields';

export const kradapterCodec = ownCodec('KRADAPTER', fields, () => ({}));
