import { cut, SaidError } from '../said/said';

/** A file that does not hold what its format promises; the message is one sentence for the person who chose it. */
export class FormatError extends SaidError {
  override name = 'FormatError';
}

/** Quotes text that comes from a file for use in a message: escaped, and cut. */
export const quote = (text: string, most = 80): string => JSON.stringify(cut(text, most));

/** A value from a file as JSON, for `quote` and `written`; dots where it is nested too deep to be written. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '…';
  }
}

/** A value from outside as JSON, cut, for use in a message. */
export const written = (value: unknown, most = 80): string => cut(jsonOf(value), most);

/** Whether an error is what a library stumbled over in a file that it took on trust, which says nothing to people. */
export const isStumble = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError || (error instanceof Error && !(error instanceof SaidError) && /\bundefined\b|\[object /.test(error.message));
