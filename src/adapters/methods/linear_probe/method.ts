import { method as full } from '../full/method';
import { fields } from './fields';
import type { Method } from '../../method';

/** Linear probe: only the classification head is trained. */
export const method: Method = { ...full, fields, trains: 'head' };
