import { defined } from './defined';

/** Pieces of work that an estimate goes by: enough that a slow one does not move their middle, few enough that it follows a device that has become slower. */
const RECENT = 15;

/** Median of some numbers; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? defined(sorted[half]) : (defined(sorted[half - 1]) + defined(sorted[half])) / 2;
}

/** Time that a piece of work takes: the median of the last ones. The first one, during which kernels are compiled, counts only until there is another. */
export class Recent {
  private readonly times: number[] = [];
  /** Pieces so far, the first among them. */
  count = 0;

  add(time: number): void {
    if (this.count++ === 1) this.times.length = 0;
    this.times.push(time);
    if (this.times.length > RECENT) this.times.shift();
  }

  /** NaN before the first. */
  get each(): number {
    return medianOf(this.times);
  }
}

/** Time that is left of work which says how far it is; `now` is in milliseconds. */
export class TimeLeft {
  private readonly recent = new Recent();
  private before: { done: number; at: number } | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Seconds that are left; NaN before two pieces have been timed, of which the first one says nothing. */
  seconds(done: number, total: number): number {
    const at = this.now();
    if (this.before && done < this.before.done) this.before = null;
    const { before } = this;
    if (before && done > before.done) this.recent.add((at - before.at) / 1000 / (done - before.done));
    if (!before || done !== before.done) this.before = { done, at };
    return done >= total ? 0 : this.recent.count > 1 ? this.recent.each * (total - done) : NaN;
  }
}
