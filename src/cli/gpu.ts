import { isDevice, openDevice, type Device } from '../engine/device';
import { gpu } from '../testing/dawn';
import { chooseTiles } from './tuned';

/** Opens this machine's adapter with the tiles chosen for it. Throws with the report's message. */
export async function openHere(): Promise<Device> {
  const device = await openDevice(gpu());
  if (!isDevice(device)) throw new Error(device.message);
  await chooseTiles(device);
  return device;
}

/** Opens this machine's adapter, does the work, and lets the device go. Throws with the report's message. */
export async function withDevice<T>(work: (device: Device) => Promise<T>): Promise<T> {
  const device = await openHere();
  try {
    const result = await work(device);
    device.check();
    return result;
  } finally {
    device.destroy();
  }
}
