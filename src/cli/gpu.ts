import { existsSync } from 'node:fs';
import { isDevice, openDevice, type Device } from '../engine/device';
import { UsageError, type Command, type Flag } from './command';
import { chooseTiles } from './tuned';

const kinds = ['webgpu', 'wasm', 'wasm-fused'] as const;
/** The `--device` of the running command. */
const asked: { device: (typeof kinds)[number] } = { device: 'webgpu' };

const flag: Flag = { name: 'device', kind: 'choice', choices: [...kinds], help: 'What computes: the graphics adapter through WebGPU, or the processor, with the same kernels compiled to WebAssembly; wasm needs no graphics driver and gives the same bits on every machine, wasm-fused is quicker and does not. Default webgpu; also $FULLRANK_DEVICE.' };

/** The processor's kernels are compiled here; the package has no compiler. */
const compiles = existsSync(new URL('../wasm/compiler', import.meta.url));

/** Gives `--device` to a command that computes. */
export function withDeviceFlag(command: Command): Command {
  if (!command.computes || !compiles) return command;
  return {
    ...command,
    flags: [...command.flags, flag],
    run(given, say) {
      const wanted = given.device ?? (process.env.FULLRANK_DEVICE || 'webgpu');
      const kind = kinds.find((one) => one === wanted);
      if (!kind) throw new UsageError(`--device is ${JSON.stringify(wanted)}; it must be one of ${kinds.join(', ')}`);
      asked.device = kind;
      return command.run(given, say);
    },
  };
}

/** The processor, without Vulkan and Dawn; or what Dawn has, which is not even loaded otherwise. */
async function open(): Promise<Device> {
  if (asked.device !== 'webgpu') {
    const device = await openDevice((await import('../wasm/here.node')).here(undefined, asked.device === 'wasm-fused'));
    if (!isDevice(device)) throw new Error(device.message);
    return device;
  }
  const dawn = await import('../testing/dawn').catch(() => null);
  const device = dawn && (await openDevice(dawn.gpu()));
  if (!device || (!isDevice(device) && device.problem === 'no-adapter')) throw new Error(`There is no graphics adapter for WebGPU here; ${compiles ? '--device wasm computes the same on the processor' : 'install a Vulkan driver (a software one will do)'}.`);
  if (!isDevice(device)) throw new Error(device.message);
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
