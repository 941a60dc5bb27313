import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { processor } from './gpu';
import { keptKernels } from './kept.node';
import type { Thread, Threads } from './pool';
import { canFuse } from './relaxed.meta';
import { messageOf } from '../errors/errors';

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Folder of compiled kernels, kept between starts and builds; ignored by git. */
export const KERNELS = join(root, '.cache/kernels');

const start = (): Thread => threadOf(new Worker(new URL('./thread.node.mjs', import.meta.url), { execArgv: [] }));

/** A worker of Node as a thread. */
export function threadOf(worker: Worker): Thread {
  return {
    post: (message) => worker.postMessage(message),
    listen(listener, lost) {
      worker.on('message', listener);
      worker.on('error', (error: unknown) => lost(messageOf(error)));
      worker.on('messageerror', () => lost('a message of a thread could not be read'));
      // One that ends without an error, as by process.exit.
      worker.on('exit', (code) => lost(`a thread ended by itself, with the code ${code}`));
    },
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
