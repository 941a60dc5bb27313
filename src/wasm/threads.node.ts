import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors/errors';
import { processor } from './gpu';
import type { Thread, Threads } from './pool';
import { canFuse } from './relaxed.meta';
import type { Kernels } from './template';

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

/** The processor of this machine as a device, in Node, with kernels of wherever they are from. */
export function processorOf(kernels: Kernels, threads: Threads, isFused: boolean): GPU {
  // Node 20 has it behind a flag.
  if (isFused && !canFuse()) setFlagsFromString('--experimental-wasm-relaxed-simd');
  return processor(kernels, threads, isFused);
}
