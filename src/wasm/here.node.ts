import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { processor } from './gpu';
import { keptKernels } from './kept.node';
import type { Thread, Threads } from './pool';
import { canFuse } from './relaxed.meta';

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
export function here(threads = threadsHere(), isFused = false): GPU {
  // Node 20 has it behind a flag.
  if (isFused && !canFuse()) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return processor(keptKernels(KERNELS).kernels, threads, isFused);
}
