import { ERR_EOCDR_NOT_FOUND } from '@zip.js/zip.js/lib/zip-core-native.js';
import { messageOf } from '../errors/errors';
import { cut } from '../errors/text';
import { FormatError } from './formatError';

/** Error for a broken zip, or a file that is one, from what its reader threw. `what` begins the sentence. */
export function zipFailure(what: string, error: unknown): FormatError {
  const reason = messageOf(error);
  // The list of files stands at the end.
  if (reason === ERR_EOCDR_NOT_FOUND) return new FormatError(`${what} cannot be read: it is incomplete. Copy it again.`);
  const short = cut(reason, 200);
  return new FormatError(/[.…]$/.test(short) ? `${what} cannot be read: ${short}` : `${what} cannot be read: ${short}.`);
}
