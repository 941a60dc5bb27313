import type { DeviceReport } from '../../../train/protocol';
import { deviceWords } from '../words/device';

/** Names of software adapters as their makers write them. */
const written: Record<string, string> = { swiftshader: 'SwiftShader', llvmpipe: 'llvmpipe', warp: 'WARP' };

type Named = Pick<DeviceReport, 'description' | 'architecture' | 'vendor' | 'software'>;

/** True of the processor behind WebGPU's names, which needs no graphics driver. */
export const isProcessor = ({ architecture }: Pick<DeviceReport, 'architecture'>): boolean => architecture === 'wasm';

/** True where it computes because of the address: browsers offer WebGPU at secure ones alone. */
export const isByAddress = (device: DeviceReport): boolean => device.ok && isProcessor(device) && globalThis.isSecureContext === false;

/** A device as its makers write it: "Apple M1", "SwiftShader"; empty where nothing is known of it. */
export function makersName({ description, architecture, vendor, software }: Named): string {
  if (isProcessor({ architecture })) return deviceWords.compute[description.includes('fused') ? 'wasm-fused' : 'wasm'];
  const name = description || (software ? architecture || vendor : [vendor, architecture].filter(Boolean).join(' '));
  return written[name.toLowerCase()] ?? name;
}

/** The same, and where it is software that it is: "SwiftShader (software)". */
export function deviceName(device: Named): string {
  const name = makersName(device);
  return device.software && name && !isProcessor(device) ? deviceWords.inSoftware(name) : name;
}
