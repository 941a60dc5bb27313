/** Work in its order: each piece begins when the one before it has ended. */
export class WorkQueue {
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** Reason that nothing more is done; undefined while work goes on. */
  ended: string | undefined;

  /** Pieces do not throw. */
  add(piece: () => void | Promise<void>): void {
    this.waiting++;
    this.last = this.last.then(piece).then(() => void this.waiting--);
  }

  get isIdle(): boolean {
    return this.waiting === 0;
  }

  /** Settles once everything that has been added so far is done. */
  done(): Promise<void> {
    return this.last;
  }
}
