import { ownCodec } from './codec';
import { fields } from './kradapter.fields';

export const kradapterCodec = ownCodec('KRADAPTER', fields, () => ({}));
