import { isDevice, openDevice, type Device } from '../engine/device';
import { EngineError } from '../engine/errors';

/** The graphics device of this page, or of a WebGPU that is given, as Node's has to be. Throws EngineError, which says what to do. */
export async function requestDevice(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<Device> {
  const device = await openDevice(gpu, globalThis.isSecureContext !== false);
  if (isDevice(device)) return device;
  const { problem, message } = device;
  throw new EngineError(problem === 'limits' || problem === 'no-adapter' ? problem : 'no-webgpu', message);
}
