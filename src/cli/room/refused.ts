import type { Refusal } from '../../records/class.meta';

/** Thrown where something is refused: whoever asked is told why. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal);
  }
}
