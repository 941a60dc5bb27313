/**
 * The package `fullrank/worker`: the studio's own worker, which opens models and data, plans, trains, evaluates, exports and analyses, one
 * run at a time, and speaks by messages, so that a page stays responsive. The studio's page has its worker by this and by nothing else.
 * Bundlers find it by the address below, under which each build has its own: the studio's is worker.ts, the package's packaged.ts.
 */
import * as comlink from 'comlink';
import { FullrankError } from '../errors/errors';
import { defined } from '../numbers/defined';
import type { StudioWorker } from './protocol';
import { READY } from './ready';

export type * from '../train/protocol';
export type * from './protocol';

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
/** Milliseconds within which a worker has to answer, and twice as many for the next; the last may take as long as it needs. */
const PATIENCE = 15_000;
/** Milliseconds for which one that is there is asked whether it still is, and between two questions: in Firefox one that a page starts while it is loaded anew now and then stops for ever at its first work. */
const [PROBATION, QUESTION] = [30_000, 1000];

/** Starts a worker. What is asked of it waits until it is there; where its script cannot be loaded, `onFailed` is called, and calls fail with a WorkerError. */
export function connect(onFailed: () => void = () => {}): Client {
  let worker: Worker;
  /** True once the worker answers. */
  let isThere = false;
  /** Messages that another worker would be given in its place; null once there will be no other. */
  let sent: [message: unknown, transferred: Transferable[]][] | null = [];
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
  const post = (message: unknown, transferred: Transferable[]): void => {
    worker.postMessage(message, transferred);
    // What it was given for good, another could not have.
    if (transferred.length > 0) sent = null;
  };
  const start = (left: number): void => {
    if (ended) return;
    const mine = (worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));
    let late: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      if (ended) return;
      mine.terminate();
      isThere = false;
      start(left - 1);
    };
    const awaitAnswer = (): void => {
      if (left > 0) late = setTimeout(() => sent && again(), PATIENCE * 2 ** (STARTS - 1 - left));
    };
    const began = performance.now();
    awaitAnswer();
    mine.addEventListener('message', ({ data }: MessageEvent) => {
      if (data !== READY) return;
      clearTimeout(late);
      if (!isThere) {
        isThere = true;
        if (listener) mine.addEventListener('message', listener);
        for (const [message, transferred] of sent!) post(message, transferred);
      }
      if (performance.now() - began > PROBATION) sent = null;
      if (!sent) return;
      awaitAnswer();
      setTimeout(() => sent && mine === worker && !ended && mine.postMessage(READY), QUESTION);
    });
    // Once it is there, what goes wrong is the answer to whoever asked for it.
    mine.addEventListener('error', () => {
      if (isThere) return;
      clearTimeout(late);
      if (left > 0) return void setTimeout(again, AGAIN);
      mine.terminate();
      onFailed();
      end(new WorkerError('The part of this page that opens models and trains could not be loaded. Check your connection, then reload the page.'));
    });
  };
  start(STARTS - 1);
  const remote = comlink.wrap<StudioWorker>({
    postMessage(message: unknown, transferred: Transferable[] = []) {
      sent?.push([message, transferred]);
      if (isThere) post(message, transferred);
    },
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
