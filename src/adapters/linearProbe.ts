import { full } from './full';
import { fields } from './linearProbe.fields';
import type { Method } from './method';

/** Linear probe: only the classification head is trained. */
export const linearProbe: Method = { ...full, fields, trains: 'head' };
