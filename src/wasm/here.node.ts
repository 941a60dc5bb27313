import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { processor } from './gpu';
import { keptKernels } from './kept.node';
import type { Thread, Threads } from './pool';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where compiled kernels are kept between starts and builds; ignored by git. */
export const KERNELS = join(root, '.cache/kernels');

function start(): Thread {
  const worker = new Worker(new URL('./thread.node.mjs', import.meta.url), { execArgv: [] });
  return {
    post: (message) => worker.postMessage(message),
    listen: (listener, failed) => void worker.on('message', listener).on('error', (error: Error) => failed(error.message)),
    hold: (isAwaited) => (isAwaited ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

/** Threads of Node, one for each core unless it is said how many. */
export const threadsHere = (count = availableParallelism()): Threads => ({ count, start });

/** The processor of this machine as a device, in Node. */
export const here = (threads = threadsHere()): GPU => processor(keptKernels(KERNELS).kernels, threads);
