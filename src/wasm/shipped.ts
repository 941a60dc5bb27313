import { kernels } from './compiled';
import { processor } from './gpu';
import type { FromThread, Thread, Threads } from './pool';
import { canFuse } from './relaxed.meta';

function start(): Thread {
  const worker = new Worker(new URL('./thread.browser.js', import.meta.url), { type: 'module' });
  return {
    post: (message) => worker.postMessage(message),
    listen(listener, lost) {
      worker.onmessage = ({ data }: MessageEvent<FromThread>) => listener(data);
      // One that cannot be loaded says nothing.
      worker.onerror = ({ message }: Partial<ErrorEvent>) => lost(message || 'a thread could not be loaded');
      worker.onmessageerror = () => lost('a message of a thread could not be read');
    },
    end: () => worker.terminate(),
  };
}

/** More wait for each other longer than they work. */
const MOST_THREADS = 16;
/** Threads of a page. */
export const threads: Threads = { count: Math.min(MOST_THREADS, globalThis.navigator?.hardwareConcurrency || 1), start };

/** A module of one function with two instructions of SIMD. Source: Google Chrome Labs, wasm-feature-detect. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** The processor as a device, in a browser, with the kernels that the build compiled. Throws where the browser's WebAssembly is too old. */
export function shipped(isFused = false): GPU {
  if (!WebAssembly.validate(Uint8Array.from(SIMD))) throw new Error('the WebAssembly of this browser has no SIMD');
  if (isFused && !canFuse()) throw new Error('the WebAssembly of this browser has no relaxed SIMD');
  return processor(kernels, threads, isFused);
}
