import { ERR_EOCDR_NOT_FOUND } from '@zip.js/zip.js/lib/zip-core-native.js';
import { english, reasonOf, said, type SaidValue } from '../said/said';
import { FormatError } from './formatError';

/** What is wrong with a zip, or a file that is one, from what its reader threw. `what` begins the sentence. */
export function zipFailure(what: SaidValue, error: unknown): FormatError {
  const reason = reasonOf(error);
  // The list of files stands at the end.
  if (reason === ERR_EOCDR_NOT_FOUND) return new FormatError(said`${what} cannot be read: it is incomplete. Copy it again.`);
  const cut = typeof reason === 'string' ? reason.slice(0, 200) : reason;
  return new FormatError(english(cut).endsWith('.') ? said`${what} cannot be read: ${cut}` : said`${what} cannot be read: ${cut}.`);
}
