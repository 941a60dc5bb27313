import { DataError } from '../data/source';

/** Work of one kind, of which one goes on at a time, and which can be ended from outside. */
export class Job {
  private going: { abort: AbortController; ended: Promise<unknown> } | null = null;

  /** `busy` says, for people, that such work goes on already. */
  constructor(private readonly busy: string) {}

  /** Does the work. Throws DataError while such work goes on. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.going) throw new DataError(this.busy);
    const abort = new AbortController();
    const result = work(abort.signal);
    this.going = { abort, ended: result.catch(() => {}) };
    return result.finally(() => (this.going = null));
  }

  cancel(): void {
    this.going?.abort.abort();
  }

  /** Settles when what goes on now has ended, however. */
  get ended(): Promise<unknown> {
    return this.going?.ended ?? Promise.resolve();
  }
}
