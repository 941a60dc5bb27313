import type { DeviceReport } from '../train/protocol';

/** Names of software adapters as their makers write them. */
const written: Record<string, string> = { swiftshader: 'SwiftShader', llvmpipe: 'llvmpipe', warp: 'WARP' };

/** A device as people know it: "Apple M1", "SwiftShader (software)"; empty where nothing is known of it. */
export function deviceName({ description, architecture, vendor, software }: Pick<DeviceReport, 'description' | 'architecture' | 'vendor' | 'software'>): string {
  const name = description || (software ? architecture || vendor : [vendor, architecture].filter(Boolean).join(' '));
  const known = written[name.toLowerCase()] ?? name;
  return software && known ? `${known} (software)` : known;
}
