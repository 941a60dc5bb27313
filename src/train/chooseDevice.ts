import { isDevice, openDevice, type Device } from '../engine/device';
import type { DeviceChoice, DeviceReport } from './protocol';

/** What there is to compute on. */
export interface Places {
  gpu: GPU | undefined;
  secure: boolean;
  /** The processor behind WebGPU's names. */
  processor?: () => Promise<GPU>;
  /** Which of the processor and a software adapter is the faster one, where that is known; else a trial tells. */
  faster?: 'webgpu' | 'wasm';
}

/** The one that was taken, and the other one that could be. */
export interface Chosen {
  device: Device | DeviceReport;
  other?: 'webgpu' | 'wasm';
}

/**
 * Opens what computes: a graphics card where there is one, and the processor where WebGPU is not there, or is software and slower
 * in a quick trial. A choice of the person's stands before that, where it can be opened.
 */
export async function chooseDevice(choice: DeviceChoice, { gpu, secure, processor, faster }: Places): Promise<Chosen> {
  const open = async (): Promise<Device | undefined> => {
    const device = processor && (await processor().then((there) => openDevice(there), () => undefined));
    return device && isDevice(device) ? device : undefined;
  };
  if (choice === 'wasm') {
    const device = await open();
    if (device) return { device, ...(gpu && { other: 'webgpu' }) };
  }
  const adapter = await openDevice(gpu, secure);
  if (!isDevice(adapter)) return { device: (secure && (await open())) || adapter };
  if (!adapter.report.software || !processor) return { device: adapter };
  const device = choice === 'auto' && faster !== 'webgpu' ? await open() : undefined;
  if (!device) return { device: adapter, other: 'wasm' };
  const { measureProduct } = await import('../check/speed');
  const rate = (of: Device): Promise<number> => measureProduct(of).catch(() => 0);
  const isFaster = faster === 'wasm' || (await rate(device)) > (await rate(adapter));
  (isFaster ? adapter : device).destroy();
  return isFaster ? { device, other: 'webgpu' } : { device: adapter, other: 'wasm' };
}
