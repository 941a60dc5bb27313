import { inPlace, requestDevice } from '../api/device';
import type { Device } from '../engine/device';
import { onProcessor } from '../engine/report';
import type { DeviceChoice } from '../train/protocol';
import { hasCard } from '../testing/card';
import { UsageError, type Command, type Flag } from './command';
import './inNode';
import { chooseTiles } from './tuned';

const kinds: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm', 'wasm-fused'];
/** The `--device` of the running command. */
const asked: { device: DeviceChoice } = { device: 'auto' };

const flag: Flag = { name: 'device', kind: 'choice', group: 'Device', choices: [...kinds], help: 'What computes: the graphics adapter through WebGPU, or the processor, with the same kernels compiled to WebAssembly; wasm needs no graphics driver and gives the same bits on every machine, wasm-fused is quicker and does not. Default auto: the adapter, or the processor where there is none or it is slower, which is said; also $FULLRANK_DEVICE.' };

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

/** Opens what was asked for. A choice made by itself is kept: a study opens a device for each experiment. */
async function open(): Promise<Device> {
  const notice = (text: string): void => console.error(`fullrank: ${text}`);
  if (asked.device === 'auto' && !hasCard()) {
    // A driver in software is slower, and takes seconds to say so.
    notice(inPlace('There is no graphics card here'));
    asked.device = 'wasm';
  }
  const device = await requestDevice(asked.device, { notice });
  if (asked.device === 'auto') asked.device = onProcessor(device.report) ? 'wasm' : 'webgpu';
  return device;
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
