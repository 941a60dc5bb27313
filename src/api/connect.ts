/**
 * The package `fullrank/worker`: the studio's own worker, which opens models and data, plans, trains, evaluates, exports and analyses, one
 * run at a time, and speaks by messages, so that a page stays responsive. Bundlers find it by the address below.
 */
import * as comlink from 'comlink';
import type { StudioWorker } from '../train/protocol';

export type * from '../train/protocol';

/** A thing of the worker's as the page has it: all that it does takes a message there and back. */
export type Remote<T> = { readonly [name in keyof T]: T[name] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never };

/** Lets the worker call a function of the page: `worker.run(spec, null, proxy(onEvent))`. */
export const proxy = <F extends (...args: never[]) => unknown>(called: F): F => comlink.proxy(called);

/** A page's handle on a worker. */
export interface Client {
  worker: Remote<StudioWorker>;
  /** Ends the worker at once; whatever ran is lost, but checkpoints already received are not. */
  terminate(): void;
}

/** Starts a worker. */
export function connect(): Client {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  return { worker: comlink.wrap<StudioWorker>(worker) as unknown as Remote<StudioWorker>, terminate: () => worker.terminate() };
}
