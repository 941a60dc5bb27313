import { wrap, type Remote } from 'comlink';
import type { StudioWorker } from './protocol';

/** The page's handle on the training worker. */
export interface Client {
  worker: Remote<StudioWorker>;
  /** Ends the worker at once; whatever ran is lost, but checkpoints already received are not. */
  terminate(): void;
}

/** Starts a training worker. A crashed one can be replaced by connecting again. */
export function connect(): Client {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return { worker: wrap<StudioWorker>(worker), terminate: () => worker.terminate() };
}
