import { ownCodec } from '../../codec';
import { num } from '../../method';
import { fields } from './fields';

const KEY = 'projection_prng_key';

/** A folder without a key brings its bases. */
export const prancCodec = ownCodec('PRANC', fields, () => ({}), {
  read: (config) => ({ num_alpha: config.num_alpha, ...(config[KEY] === undefined ? { bases: 'file' } : { [KEY]: config[KEY] }) }),
  write: (c) => ({ num_alpha: num(c, 'num_alpha'), ...(c.bases === 'file' ? {} : { [KEY]: num(c, KEY) }) }),
});
