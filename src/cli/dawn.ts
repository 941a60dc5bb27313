import { EngineError } from '../engine/errors';

/** WebGPU of this machine: this runtime's own, or Dawn's (the package `webgpu`), which is loaded now. Throws EngineError, which says what is missing. */
export async function gpuHere(): Promise<GPU> {
  const own = globalThis.navigator?.gpu;
  if (own) return own;
  const gpu = (await import('../testing/dawn')).gpu();
  if (!(await gpu.requestAdapter())) throw new EngineError('no-adapter', 'There is no graphics adapter for WebGPU here; a Vulkan driver brings one, also one in software.');
  return gpu;
}
