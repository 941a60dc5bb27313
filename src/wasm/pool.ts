import type { Command, Executor, Needs } from './executor';
import type { Heap } from './heap';
import { Scratch, type Place } from './scratch';

/** A command in pieces that threads take one after another. */
export type Pieces = Command & { pieces: number };

export type ToThread = { memory: WebAssembly.Memory } | { batch: number; added: WebAssembly.Module[]; commands: Pieces[]; board: number; place: Place };
/** `ready` once; `done` by the thread that did the last piece of a batch; `failed` where a kernel throws, `lost` where the thread cannot go on. */
export type FromThread = { ready: true } | { done: number } | { failed: string } | { lost: string };

/** A worker of the browser's, or of Node's. */
export interface Thread {
  post(message: ToThread): void;
  /** `lost` hears why the thread is no use any more, at any time: what it threw, that it has ended, that a message could not be read. */
  listen(listener: (message: FromThread) => void, lost: (why: string) => void): void;
  /** Tells the thread whether anybody waits for it; an otherwise idle process may end if nobody does. */
  hold?(isAwaited: boolean): void;
  end(): void;
}

/** Source of a pool's threads. */
export interface Threads {
  count: number;
  start: () => Thread;
}

/** Pieces of a dispatch for each thread: the more, the less they wait for each other at its end. */
const PIECES = 8;
/** Time that threads may take to come before one goes on without them. */
const PATIENCE_MS = 20_000;

/** Callbacks of a pool. */
export interface PoolNews {
  /** Reports what a kernel throws. */
  failed(why: string): void;
  /** Reports once why a thread is gone; the pool has stopped then, and does nothing any more. */
  lost(why: string): void;
}

/** Several threads on one shared memory. The results are those of one thread, to the bit: a workgroup is what one thread does. */
export class Pool implements Executor {
  private readonly scratch: Scratch;
  private kernels = 0;
  private added: WebAssembly.Module[] = [];
  private batches = 0;
  private readonly waiting = new Map<number, () => void>();
  /** Counts of batches that some threads may not have left yet. */
  private boards: { at: number; bytes: number; left: number }[] = [];
  private isOpen = false;

  private constructor(
    private readonly heap: Heap,
    private readonly threads: Thread[],
  ) {
    this.scratch = new Scratch(heap, threads.length);
  }

  /** Starts the threads; rejects where one of them cannot, or is gone before all are there. */
  static async open(heap: Heap, { count, start }: Threads, news: PoolNews): Promise<Pool> {
    const threads = Array.from({ length: count }, start);
    const pool = new Pool(heap, threads);
    let refuse!: (why: Error) => void;
    const refused = new Promise<never>((_, reject) => (refuse = reject));
    const lost = (why: string): void => {
      refuse(new Error(why));
      if (!pool.isOpen) return;
      pool.isOpen = false;
      // Known before the batches that wait come to their end.
      news.lost(why);
      pool.stop();
    };
    let late: ReturnType<typeof setTimeout> | undefined;
    try {
      const all = threads.map((thread) => new Promise<void>((ready) => {
        thread.listen((message) => {
          if ('ready' in message) ready();
          else if ('failed' in message) news.failed(message.failed);
          else if ('lost' in message) lost(message.lost);
          else pool.finish(message.done);
        }, lost);
        thread.post({ memory: heap.memory });
      }));
      await Promise.race([Promise.all(all), refused, new Promise((_, reject) => (late = setTimeout(() => reject(new Error('the threads did not come')), PATIENCE_MS)))]);
    } catch (error) {
      pool.stop();
      throw error;
    } finally {
      clearTimeout(late);
    }
    pool.isOpen = true;
    pool.hold();
    return pool;
  }

  add(module: WebAssembly.Module, needs: Needs): number {
    this.scratch.need(needs);
    this.added.push(module);
    return this.kernels++;
  }

  run(commands: Command[]): Promise<void> {
    // A thread that is not there finishes nothing.
    if (!commands.length || !this.isOpen) return Promise.resolve();
    const counts = 2 * commands.length + 1;
    const board = this.heap.take(4 * counts);
    if (board === undefined) throw new Error('there is no memory left to divide the work');
    this.sweep();
    this.boards.push({ at: board, bytes: 4 * counts, left: counts - 1 });
    const batch = this.batches++;
    const pieces = commands.map((command): Pieces => ({ ...command, pieces: command.kind === 'run' ? Math.max(1, Math.min(command.groups, this.threads.length * PIECES)) : 1 }));
    const added = this.added;
    this.added = [];
    const done = new Promise<void>((resolve) => this.waiting.set(batch, resolve));
    this.hold();
    for (const [i, thread] of this.threads.entries()) thread.post({ batch, added, commands: pieces, board, place: this.scratch.of(i) });
    return done;
  }

  stop(): void {
    this.isOpen = false;
    for (const thread of this.threads) thread.end();
    for (const batch of [...this.waiting.keys()]) this.finish(batch);
  }

  private finish(batch: number): void {
    this.waiting.get(batch)?.();
    this.waiting.delete(batch);
    this.hold();
  }

  private hold(): void {
    for (const thread of this.threads) thread.hold?.(this.waiting.size > 0);
  }

  /** Gives back the counts of batches that all threads have left. */
  private sweep(): void {
    this.boards = this.boards.filter(({ at, bytes, left }) => {
      const gone = Atomics.load(new Int32Array(this.heap.memory.buffer, at, left + 1), left) >= this.threads.length;
      if (gone) this.heap.give(at, bytes);
      return !gone;
    });
  }
}
