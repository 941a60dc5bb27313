import type { Refusal } from '../../records/class.meta';

/** Thrown where something is refused: whoever asked is told why. */
export class Refused extends Error {
  /** `why`: a sentence for people, where the refusal alone says too little. */
  constructor(
    readonly refusal: Refusal,
    readonly why = '',
  ) {
    super(refusal);
  }
}
