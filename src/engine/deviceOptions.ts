import type { RecorderOptions } from './record';
import type { DeviceReport } from './report';

/** Properties of a device that recorded programs depend on. */
export type About = Pick<DeviceReport, 'limits' | 'features'> & Partial<Pick<DeviceReport, 'software' | 'matrices'>>;

/** Options of a recorder whose programs suit a device (or none, for planning without one). */
export const deviceOptions = (device?: About): Pick<RecorderOptions, 'maxBinding' | 'align' | 'shaderF16' | 'software' | 'matrices'> => ({
  maxBinding: device ? Math.min(device.limits.maxStorageBufferBindingSize ?? Infinity, device.limits.maxBufferSize ?? Infinity) : undefined,
  align: device?.limits.minStorageBufferOffsetAlignment,
  shaderF16: device?.features.includes('shader-f16'),
  software: device?.software,
  matrices: device?.matrices,
});
