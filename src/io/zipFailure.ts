import { ERR_EOCDR_NOT_FOUND } from '@zip.js/zip.js/lib/zip-core-native.js';
import { FormatError } from './formatError';

/** What is wrong with a zip, or a file that is one, from what its reader threw. `what` begins the sentence. */
export function zipFailure(what: string, error: unknown): FormatError {
  const message = String((error as Error | undefined)?.message ?? error);
  // The list of files stands at the end.
  if (message === ERR_EOCDR_NOT_FOUND) return new FormatError(`${what} cannot be read: it is incomplete. Copy it again.`);
  return new FormatError(`${what} cannot be read: ${message.slice(0, 200).replace(/\.$/, '')}.`);
}
