import { defined } from '../numbers/defined';
import { shuffle } from './random';
import { streams } from './streams';

export interface BatchOptions {
  /** Images to draw from. */
  count: number;
  /** Images of a batch. */
  batch: number;
  seed: number;
  /** Handling of an epoch's last, partial batch: left out, or filled up from the start of the epoch's order. */
  last: 'drop' | 'wrap';
}

export interface Batch {
  epoch: number;
  /** Position within the epoch, 0 to `stepsPerEpoch - 1`. */
  position: number;
  /** `batch` indices into the training split. */
  indices: Uint32Array;
}

/**
 * The order in which images are trained on. `at(step)` depends on the options and the step number alone, so a run that is
 * resumed at a step, or replayed from any other, sees the same batches. Each epoch has its own order, from (seed, epoch).
 * A set smaller than one batch is repeated until it fills it.
 */
export class Batches {
  readonly stepsPerEpoch: number;
  private order = new Uint32Array();
  private orderEpoch = -1;

  constructor(private readonly options: BatchOptions) {
    const { count, batch, last } = options;
    if (!(count >= 1 && batch >= 1)) throw new RangeError(`batches: ${count} images in batches of ${batch}; both must be at least 1.`);
    this.stepsPerEpoch = Math.max(1, last === 'drop' ? Math.floor(count / batch) : Math.ceil(count / batch));
  }

  /** The batch of a step (or micro-batch), counted from 0. */
  at(step: number): Batch {
    const { count, batch } = this.options;
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const position = step - epoch * this.stepsPerEpoch;
    const order = this.orderOf(epoch);
    return { epoch, position, indices: Uint32Array.from({ length: batch }, (_, i) => defined(order[(position * batch + i) % count])) };
  }

  private orderOf(epoch: number): Uint32Array {
    // Stryker disable next-line ConditionalExpression: it is the same when it is drawn again
    if (epoch !== this.orderEpoch) {
      const identity = Uint32Array.from({ length: this.options.count }, (_, i) => i);
      this.order = shuffle(identity, streams.order(this.options.seed, epoch));
      this.orderEpoch = epoch;
    }
    return this.order;
  }
}
