import { isBelow } from '../numbers/order';

/** State of early stopping. */
export interface PatienceState {
  /** Lowest loss so far; null before the first evaluation. */
  best: number | null;
  /** Evaluations in a row that have not been better. */
  evaluations: number;
}

/**
 * Ends a run after so many evaluations in a row whose validation loss is not below the lowest before by more than `threshold`. A loss
 * that is no number is no improvement. Source: transformers' EarlyStoppingCallback, of the loss.
 */
export class Patience {
  constructor(
    private readonly most: number,
    private readonly threshold: number,
    readonly state: PatienceState = { best: null, evaluations: 0 },
  ) {}

  /** Takes in the loss of an evaluation. */
  see(loss: number): void {
    const { state } = this;
    const better = Number.isFinite(loss) && (state.best === null || state.best - loss > this.threshold);
    state.evaluations = better ? 0 : state.evaluations + 1;
    if (isBelow(loss, state.best)) state.best = loss;
  }

  get over(): boolean {
    return this.state.evaluations >= this.most;
  }
}
