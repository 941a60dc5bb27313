import { isDevice, openDevice, type Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { onProcessor, type DeviceReport } from '../engine/report';
import { messageOf } from '../errors/errors';
import { chooseDevice } from '../train/chooseDevice';
import type { DeviceChoice } from '../train/protocol';
import { platform } from './platform';

/** Options for opening a device. */
export interface DeviceOptions {
  /** Hears in a sentence why the processor computes where nobody asked for it; a warning on the console when left out. */
  notice?: (text: string) => void;
}

/** The sentence of a device that was not asked for. */
export const inPlace = (why: string): string => `${/[.!?]$/.test(why) ? why : `${why}.`} The processor computes instead: the same results, more slowly.`;

const warn = (text: string): void => console.warn(`fullrank: ${text}`);

/**
 * Device that computes. By itself it is the graphics card of this page or, in Node, of this machine (by the package `webgpu`); where there is none,
 * or only software that is slower in a quick trial, it is the processor, with the same kernels compiled to WebAssembly, and `notice` says so;
 * `device.report` says which it is. `webgpu` is the graphics adapter and nothing else, `wasm` the processor, with the same bits on every
 * machine, `wasm-fused` the same quicker and without that; a WebGPU that is given is taken. Throws EngineError, which says what to do.
 */
export async function requestDevice(what: DeviceChoice | GPU = 'auto', { notice = warn }: DeviceOptions = {}): Promise<Device> {
  const secure = globalThis.isSecureContext !== false;
  if (typeof what !== 'string') return opened(await openDevice(what, secure));
  if (what === 'webgpu') return opened(await openDevice(await platform().gpu(), secure));
  if (what !== 'auto') return opened(await openDevice(await platform().processor(what === 'wasm-fused')));
  let none = '';
  const gpu = await platform().gpu().catch((error: unknown) => void (none = messageOf(error)));
  const { device, missing, other } = await chooseDevice(what, { gpu, secure, processor: () => platform().processor(false) });
  const found = opened(device);
  if (onProcessor(found.report)) notice(inPlace(other ? 'WebGPU has only a software adapter here, and it is slower' : none || missing || ''));
  return found;
}

function opened(device: Device | DeviceReport): Device {
  if (isDevice(device)) return device;
  const { problem, message } = device;
  throw new EngineError(problem === 'limits' || problem === 'no-adapter' ? problem : 'no-webgpu', message);
}
