import { closeSync, fstatSync, openSync } from 'node:fs';
import { EngineError } from '../engine/errors';

/** WebGPU of this machine: this runtime's own, or Dawn's (the package `webgpu`), which is loaded now. Throws EngineError, which says what is missing. */
export async function gpuHere(): Promise<GPU> {
  const own = globalThis.navigator?.gpu;
  if (own) return own;
  const gpu = (await import('../testing/dawn')).gpu();
  if (!(await quietly(() => gpu.requestAdapter()))) throw new EngineError('no-adapter', 'There is no graphics adapter for WebGPU here; a Vulkan driver brings one, also one in software.');
  return gpu;
}

/** Does work during which native code writes nothing to standard error: drivers' loaders and Dawn say there what is of no use to anybody here. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const kept = process.env.FULLRANK_DEBUG ? null : duplicate();
  if (kept === null) return work();
  put('/dev/null');
  try {
    return await work();
  } finally {
    put(`/dev/fd/${kept}`);
    closeSync(kept);
  }
}

/** Another descriptor of standard error, where that is a terminal or a pipe. Null elsewhere: a file opened again has a place of its own to write at, and what others write would cover ours. */
function duplicate(): number | null {
  try {
    const is = fstatSync(2);
    return is.isFIFO() || is.isCharacterDevice() ? openSync('/dev/fd/2', 'a') : null;
  } catch {
    return null;
  }
}

/** Makes a file standard error: what is opened takes the lowest number that is free. */
function put(path: string): void {
  closeSync(2);
  openSync(path, 'a');
}
