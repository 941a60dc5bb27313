/**
 * The package `fullrank/worker`: the studio's own worker, which opens models and data, plans, trains, evaluates, exports and analyses, one
 * run at a time, and speaks by messages, so that a page stays responsive. The studio's page has its worker by this and by nothing else.
 * Bundlers find it by the address below, under which each build has its own: the studio's is worker.ts, the package's packaged.ts.
 */
import * as comlink from 'comlink';
import type { StudioWorker } from '../train/protocol';

export type * from '../train/protocol';

/** A thing of the worker's as the page has it: all that it does takes a message there and back. */
export type Remote<T> = { readonly [name in keyof T]: T[name] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never };

/** Lets the worker call a function of the page: `worker.run(spec, null, proxy(onEvent))`. */
export const proxy = <F extends (...args: never[]) => unknown>(called: F): F => comlink.proxy(called);

/** Gives bytes to the worker instead of a copy of them: they are the page's no more. */
export const transfer = <T extends ArrayBufferView<ArrayBuffer>>(bytes: T): T => comlink.transfer(bytes, [bytes.buffer]);

/** A page's handle on a worker. */
export interface Client {
  worker: Remote<StudioWorker>;
  /** Ends the worker at once; whatever ran is lost, but checkpoints already received are not. A new one takes its place by connecting again. */
  terminate(): void;
}

/** Starts a worker. */
export function connect(): Client {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  return { worker: comlink.wrap<StudioWorker>(worker) as unknown as Remote<StudioWorker>, terminate: () => worker.terminate() };
}
