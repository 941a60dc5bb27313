/**
 * The package `fullrank/worker`: the studio's own worker, which opens models and data, plans, trains, evaluates, exports and analyses, one
 * run at a time, and speaks by messages, so that a page stays responsive. The studio's page has its worker by this and by nothing else.
 * Bundlers find it by the address below, under which each build has its own: the studio's is worker.ts, the package's packaged.ts.
 */
import * as comlink from 'comlink';
import { FullrankError } from '../errors/errors';
import { defined } from '../numbers/defined';
import type { StudioWorker } from '../train/protocol';
import { READY } from './ready';

export type * from '../train/protocol';

/** A thing of the worker's as the page has it: all that it does takes a message there and back. */
export type Remote<T> = { readonly [name in keyof T]: T[name] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never };

/** Lets the worker call a function of the page: `worker.run(spec, null, proxy(onEvent))`. */
export const proxy = <F extends (...args: never[]) => unknown>(called: F): F => comlink.proxy(called);

/** Gives bytes to the worker instead of a copy of them: they are the page's no more. */
export const transfer = <T extends ArrayBufferView<ArrayBuffer>>(bytes: T): T => comlink.transfer(bytes, [bytes.buffer]);

/** Error of a call whose worker does not answer any more, or never came. */
export class WorkerError extends FullrankError {
  override name = 'WorkerError';
}

/** A page's handle on a worker. */
export interface Client {
  worker: Remote<StudioWorker>;
  /** Ends the worker at once; whatever ran is lost, but checkpoints already received are not, and calls that wait fail with a WorkerError. A new one takes its place by connecting again. */
  terminate(): void;
}

/** Number of attempts to start a worker, and milliseconds before the next: its script may not have come, when the connection broke or the browser had too much to do. */
const [STARTS, AGAIN] = [3, 500];
/** Milliseconds for which a worker may take to come before another takes its place, and twice as many for that one: one that a page starts while it is loaded anew may never be given a file, which Firefox tells nobody. */
const PATIENCE = 15_000;

/** Starts a worker. What is asked of it waits until it is there; where its script cannot be loaded, `onFailed` is called, and calls fail with a WorkerError. */
export function connect(onFailed: () => void = () => {}): Client {
  let worker: Worker;
  /** Messages from before the worker was there. */
  let asked: [message: unknown, transferred: Transferable[]][] | null = [];
  /** Reason why nothing is answered any more. */
  let ended: WorkerError | null = null;
  /** Calls without an answer, and what makes them fail. */
  const waiting = new Map<Promise<unknown>, (error: WorkerError) => void>();
  const end = (error: WorkerError): void => {
    ended ??= error;
    worker.terminate();
    for (const [answer, fail] of waiting) {
      // Whoever asked without waiting for the answer misses none.
      answer.catch(() => {});
      fail(ended);
    }
  };
  /** Listener to the worker's answers. */
  let listener: EventListenerOrEventListenerObject | undefined;
  const again = (before: Worker, left: number): void => {
    before.terminate();
    start(left - 1);
  };
  const start = (left: number): void => {
    if (ended) return;
    const mine = (worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));
    // The last may take as long as its connection does.
    const late = left > 0 && setTimeout(() => again(mine, left), PATIENCE * 2 ** (STARTS - 1 - left));
    const begin = ({ data }: MessageEvent): void => {
      if (data !== READY) return;
      if (late) clearTimeout(late);
      worker.removeEventListener('message', begin);
      if (listener) worker.addEventListener('message', listener);
      for (const [message, transferred] of asked!) worker.postMessage(message, transferred);
      asked = null;
    };
    worker.addEventListener('message', begin);
    // Once it is there, what goes wrong is the answer to whoever asked for it.
    worker.addEventListener('error', () => {
      if (!asked) return;
      if (late) clearTimeout(late);
      if (left > 0) return void setTimeout(() => again(mine, left), AGAIN);
      worker.terminate();
      onFailed();
      end(new WorkerError('The part of this page that opens models and trains could not be loaded. Check your connection, then reload the page.'));
    });
  };
  start(STARTS - 1);
  const remote = comlink.wrap<StudioWorker>({
    postMessage: (message: unknown, transferred: Transferable[] = []) => void (asked ? asked.push([message, transferred]) : worker.postMessage(message, transferred)),
    // comlink listens once, as it wraps this, which is before any worker is there.
    addEventListener: (_, heard) => void (listener = heard),
    removeEventListener: () => {},
  }) as unknown as Record<PropertyKey, (...args: unknown[]) => Promise<unknown>>;
  const call = (name: PropertyKey, args: unknown[]): Promise<unknown> => {
    if (ended) return Promise.reject(ended);
    let fail!: (error: unknown) => void;
    const answer = new Promise((done, reject) => {
      fail = reject;
      defined(remote[name])(...args).then(done, reject).finally(() => waiting.delete(answer));
    });
    waiting.set(answer, fail);
    return answer;
  };
  return {
    // A thing with `then` would be called by whoever waits for it.
    worker: new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(name, args)) }) as Remote<StudioWorker>,
    terminate: () => end(new WorkerError('The worker was ended, and what it did with it.')),
  };
}
