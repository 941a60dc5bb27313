import { FullrankError } from '../errors/errors';

/** A file that does not hold what its format promises; the message is one sentence for the person who chose it. */
export class FormatError extends FullrankError {
  override name = 'FormatError';
}

/** True if a library stumbled over a file that it took on trust: such an error says nothing to people. */
export const isStumble = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError || (error instanceof Error && !(error instanceof FullrankError) && /\bundefined\b|\[object /.test(error.message));
