import { isDevice, openDevice, type Device } from '../engine/device';
import { EngineError } from '../engine/errors';

/** Where devices come from: a page's own, or what Node has in their place. */
export interface Places {
  gpu(): Promise<GPU | undefined>;
  processor(): Promise<GPU>;
}

let places: Places = {
  gpu: async () => (navigator as { gpu?: GPU }).gpu,
  processor: async () => (await import('../wasm/shipped')).shipped(),
};

/** Takes other places than a page's. */
export function usePlaces(other: Places): void {
  places = other;
}

const open = async (gpu: GPU | undefined) => openDevice(gpu, globalThis.isSecureContext !== false);

/** The graphics card; null where there is none, or software in its place, which is slower than the processor's own kernels. */
export async function cardHere(): Promise<Device | null> {
  const card = await places.gpu().then(open).catch(() => null);
  return card && isDevice(card) && !card.report.software ? card : null;
}

/** WebGPU's adapter, also one that is software. Throws EngineError, which says what to do. */
export async function adapterHere(): Promise<Device> {
  const found = await open(await places.gpu());
  if (!isDevice(found)) throw new EngineError('no-webgpu', found.message);
  return found;
}

/** The processor. Throws EngineError. */
export async function processorHere(): Promise<Device> {
  const processor = await openDevice(await places.processor());
  if (!isDevice(processor)) throw new EngineError('no-webgpu', processor.message);
  return processor;
}
