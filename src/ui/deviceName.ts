import type { DeviceReport } from '../train/protocol';

/** Names of software adapters as their makers write them. */
const written: Record<string, string> = { swiftshader: 'SwiftShader', llvmpipe: 'llvmpipe', warp: 'WARP' };

type Named = Pick<DeviceReport, 'description' | 'architecture' | 'vendor' | 'software'>;

/** A device as its makers write it: "Apple M1", "SwiftShader"; empty where nothing is known of it. */
export function makersName({ description, architecture, vendor, software }: Named): string {
  const name = description || (software ? architecture || vendor : [vendor, architecture].filter(Boolean).join(' '));
  return written[name.toLowerCase()] ?? name;
}

/** The same, and where it is software that it is: "SwiftShader (software)". */
export function deviceName(device: Named): string {
  const name = makersName(device);
  return device.software && name ? `${name} (software)` : name;
}
