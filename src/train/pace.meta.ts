import { evaluationsEvery } from './config';
import { Recent } from '../numbers/recent';
import type { TrainConfig } from './protocol';

/** Time of a training step on a picture, in looks at it: the step goes back through the picture as well, and learns. */
export const LOOKS_A_STEP = 3;

/** Evaluations of a run of so many steps that come after this one and before its end. */
export function looksAfter(train: TrainConfig, steps: number, step = 0): number {
  const every = evaluationsEvery(train, steps);
  return every > 0 ? Math.max(0, Math.floor((steps - 1) / every) - Math.floor(step / every)) : 0;
}

/** Rows that a run is measured on: those that it is followed on, and those of the test where that is another. */
export interface Looks {
  follow: number;
  test: number;
}

/** Rows that a run of so many steps looks at, on the way and at its end. */
export const rowsLooked = (train: TrainConfig, steps: number, { follow, test }: Looks): number => (looksAfter(train, steps) + 1) * follow + test;

/** Time that the evaluations of a run still take: by those so far, or before the first by its steps. */
export class Pace {
  private readonly row = new Recent();
  private began = 0;
  private rest: number[];
  private ended = false;

  /** `step` says how many seconds a step takes, NaN before there was one. */
  constructor(
    private readonly train: TrainConfig,
    private readonly steps: number,
    private readonly looks: Looks,
    private readonly step: () => number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.rest = [looks.follow, ...(looks.test > 0 ? [looks.test] : [])];
  }

  /** Seconds of all evaluations after a step. */
  after(step: number): number {
    const onTheWay = this.ended ? 0 : looksAfter(this.train, this.steps, step) * this.looks.follow;
    return this.of(onTheWay + this.rest.reduce((sum, rows) => sum + rows, 0));
  }

  /** Seconds of the evaluation that goes on, and of all after it. */
  within(step: number, left: number): number {
    return this.of(left) + this.after(step);
  }

  /** An evaluation begins. */
  begin(): void {
    this.began = this.now();
    if (this.ended) this.rest.shift();
  }

  /** It has ended, after so many rows; returns its seconds. */
  end(rows: number): number {
    const seconds = (this.now() - this.began) / 1000;
    if (rows > 0) this.row.add(seconds / rows);
    return seconds;
  }

  /** No step follows; where early stopping has looked already, only the test does. */
  finish(looked: boolean): void {
    this.ended = true;
    if (looked) this.rest.shift();
  }

  private of(rows: number): number {
    if (rows === 0) return 0;
    return rows * (this.row.count > 0 ? this.row.each : this.step() / (LOOKS_A_STEP * this.train.batch * this.train.accumulate));
  }
}
