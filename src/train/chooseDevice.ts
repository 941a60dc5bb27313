import { isDevice, openDevice, type Device } from '../engine/device';
import type { Trial } from '../engine/report';
import type { DeviceChoice, DeviceReport } from './protocol';

/** Devices that there are to compute on. */
export interface Places {
  gpu: GPU | undefined;
  secure: boolean;
  /** The processor behind WebGPU's names; fused it is quicker, and its last bits depend on the machine. */
  processor?: (isFused?: boolean) => Promise<GPU>;
  /** The faster of the processor and a software adapter, where known; otherwise a trial decides. */
  faster?: 'webgpu' | 'wasm';
  /** Result of an earlier trial: the same adapter is not tried again. */
  tried?: Trial;
}

/** The one that was taken, and the other one that could be. */
export interface Chosen {
  device: Device | DeviceReport;
  other?: 'webgpu' | 'wasm';
  /** Why WebGPU was not taken, where it is not there. */
  missing?: string;
  /** Result of a trial, now or earlier. */
  trial?: Trial;
}

/**
 * Opens what computes: a graphics card where there is one, and the processor where WebGPU is not there, as at an address that is not
 * secure, or is software and slower in a quick trial. The person's own choice comes first, if it can be opened.
 */
export async function chooseDevice(choice: DeviceChoice, { gpu, secure, processor, faster: known, tried }: Places): Promise<Chosen> {
  const open = async (isFused = false): Promise<Device | undefined> => {
    const device = processor && (await processor(isFused).then((there) => openDevice(there), () => undefined));
    return device && isDevice(device) ? device : undefined;
  };
  if (choice === 'wasm' || choice === 'wasm-fused') {
    const device = (choice === 'wasm-fused' && (await open(true))) || (await open());
    if (device) return { device, ...(gpu && { other: 'webgpu' }) };
  }
  const adapter = await openDevice(gpu, secure);
  if (!isDevice(adapter)) return { device: (await open()) ?? adapter, missing: adapter.message };
  if (!adapter.report.software || !processor) return { device: adapter };
  const { vendor, architecture, description } = adapter.report;
  const name = `${vendor} ${architecture} ${description}`;
  const before = tried?.adapter === name ? tried : undefined;
  const faster = known ?? before?.faster;
  const device = choice === 'auto' && faster !== 'webgpu' ? await open() : undefined;
  if (!device) return { device: adapter, other: 'wasm', ...(!known && before && { trial: before }) };
  const trial: Trial = { adapter: name, faster: faster ?? ((await isFaster(device, adapter)) ? 'wasm' : 'webgpu') };
  const isTaken = trial.faster === 'wasm';
  (isTaken ? adapter : device).destroy();
  return { ...(isTaken ? { device, other: 'webgpu' } : { device: adapter, other: 'wasm' }), ...(!known && { trial }) };
}

/** True if `one` computes a product faster than `other`. A device that fails is the slower one. */
async function isFaster(one: Device, other: Device): Promise<boolean> {
  const { measureProduct } = await import('../check/speed');
  const rate = (of: Device): Promise<number> => measureProduct(of).catch(() => 0);
  return (await rate(one)) > (await rate(other));
}
