import { inPlace } from '../api/device';
import { isDevice, openDevice, type Device } from '../engine/device';
import { messageOf } from '../errors/errors';
import type { DeviceChoice } from '../train/protocol';
import { UsageError, type Command, type Flag } from './command';
import { gpuHere } from './dawn';
import { chooseTiles } from './tuned';

const kinds: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm', 'wasm-fused'];
/** The `--device` of the running command. */
const asked: { device: DeviceChoice } = { device: 'auto' };
/** Whether it was said that the processor computes: a study opens a device for each experiment. */
let isTold = false;

const flag: Flag = { name: 'device', kind: 'choice', choices: [...kinds], help: 'What computes: the graphics adapter through WebGPU, or the processor, with the same kernels compiled to WebAssembly; wasm needs no graphics driver and gives the same bits on every machine, wasm-fused is quicker and does not. Default auto: the adapter, or the processor where there is none, which is said; also $FULLRANK_DEVICE.' };

/** Gives `--device` to a command that computes. */
export function withDeviceFlag(command: Command): Command {
  if (!command.computes) return command;
  return {
    ...command,
    flags: [...command.flags, flag],
    run(given, say) {
      const wanted = given.device ?? (process.env.FULLRANK_DEVICE || 'auto');
      const kind = kinds.find((one) => one === wanted);
      if (!kind) throw new UsageError(`--device is ${JSON.stringify(wanted)}; it must be one of ${kinds.join(', ')}`);
      asked.device = kind;
      return command.run(given, say);
    },
  };
}

async function opened(gpu: GPU): Promise<Device> {
  const device = await openDevice(gpu);
  if (!isDevice(device)) throw new Error(device.message);
  return device;
}

/** The processor, without Vulkan and Dawn. */
const onProcessor = async (isFused: boolean): Promise<Device> => opened((await import('../wasm/here.node')).here(undefined, isFused));

/** What was asked for; Dawn is not even loaded for the processor. */
async function open(): Promise<Device> {
  const { device } = asked;
  if (device === 'wasm' || device === 'wasm-fused') return onProcessor(device === 'wasm-fused');
  try {
    return await opened(await gpuHere());
  } catch (error) {
    if (device === 'webgpu') throw error;
    if (!isTold) console.error(`fullrank: ${inPlace(messageOf(error))}`);
    isTold = true;
    return onProcessor(false);
  }
}

/** Opens what this command computes on, with the tiles chosen for it. Throws with the report's message. */
export async function openHere(): Promise<Device> {
  const device = await open();
  await chooseTiles(device);
  return device;
}

/** Opens what this command computes on, does the work, and lets the device go. Throws with the report's message. */
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
