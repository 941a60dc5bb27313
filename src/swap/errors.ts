import { FullrankError } from '../errors/errors';

/** Something that a player cannot do with the base and the adapters that it has. */
export class PlayerError extends FullrankError {
  override name = 'PlayerError';
}
