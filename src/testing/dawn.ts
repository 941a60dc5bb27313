import { existsSync, readdirSync } from 'node:fs';
import { EngineError } from '../engine/errors';
import { hasCard } from './card';

/** Null where it is not installed: what computes nothing works without it. */
const dawnNode = await import('webgpu').catch(() => null);

/** State shared by all copies of this module in a process: Vitest evaluates it anew for each test file. */
interface Dawn {
  /** By toggles. Kept for ever: an instance that is collected while a device of its lives takes the process with it. */
  instances: Map<string, GPU>;
  devices: Set<GPUDevice>;
  /** Uncaptured WebGPU errors since `takeErrors` was last called. */
  errors: string[];
}

/** Time for which a wait is polled in every turn of the event loop. */
const SPIN_MS = 5;

const key = Symbol.for('fullrank.dawn');
const shared = globalThis as typeof globalThis & { [key]?: Dawn };

/**
 * WebGPU in Node through Dawn. `navigator.gpu` does not exist in Node 20, so everything that takes a `GPU` gets it from here.
 * `toggles` are Dawn's own options, e.g. `enable-dawn-features=allow_unsafe_apis` or `adapter=llvmpipe`; the timer's
 * rounding is off unless they say otherwise.
 */
export function gpu(toggles: string[] = ['disable-dawn-features=timestamp_quantization']): GPU {
  if (!dawnNode) throw new EngineError('no-webgpu', 'WebGPU in Node is the package webgpu, which is not installed here: npm install webgpu');
  const dawn = (shared[key] ??= start(dawnNode.globals));
  const name = toggles.join(' ');
  let instance = dawn.instances.get(name);
  if (!instance) dawn.instances.set(name, (instance = dawnNode.create(toggles)));
  return instance;
}

/** Waits for all work of all living devices, so that their errors have arrived, and returns the uncaptured ones. */
export async function takeErrors(): Promise<string[]> {
  const dawn = shared[key];
  if (!dawn) return [];
  await Promise.all([...dawn.devices].map((device) => Promise.race([device.queue.onSubmittedWorkDone().catch(() => {}), device.lost])));
  await new Promise((done) => setImmediate(done));
  return dawn.errors.splice(0);
}

/** Destroys every device of this process; the process then ends cleanly. */
export async function destroyDevices(): Promise<void> {
  const dawn = shared[key];
  if (!dawn) return;
  for (const device of [...dawn.devices]) {
    device.destroy();
    await device.lost;
  }
}

function start(globals: object): Dawn {
  preferSoftwareWithoutHardware();
  Object.assign(globalThis, globals);
  pollGently();
  const dawn: Dawn = { instances: new Map(), devices: new Set(), errors: [] };
  const prototype = GPUAdapter.prototype;
  const requestDevice = prototype.requestDevice;
  prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
    const device = await requestDevice.call(this, descriptor);
    dawn.devices.add(device);
    device.addEventListener('uncapturederror', (event) => dawn.errors.push(event.error.message));
    void device.lost.then(() => dawn.devices.delete(device));
    return device;
  };
  return dawn;
}

/**
 * While a promise is pending Dawn looks for its end in every turn of the event loop, which keeps a core busy that compilers
 * and a software adapter need for the work itself. What takes longer than a few milliseconds is looked at every millisecond.
 */
function pollGently() {
  const { setImmediate, setTimeout } = globalThis;
  /** Start of the wait in progress; null outside of Dawn's look, in which another one begins. */
  let began: number | null = null;
  const gently = (look: (...args: unknown[]) => void, ...args: unknown[]) => {
    // Dawn's functions are native ones with a prototype, which those of promises lack.
    if (!('prototype' in look) || !Function.prototype.toString.call(look).endsWith('{ [native code] }')) return setImmediate(look, ...args);
    const start = began ?? performance.now();
    const run = () => {
      began = start;
      try {
        look();
      } finally {
        began = null;
      }
    };
    return performance.now() - start < SPIN_MS ? setImmediate(run) : setTimeout(run, 1);
  };
  globalThis.setImmediate = Object.assign<typeof gently, typeof globalThis.setImmediate>(gently, setImmediate);
}

/** Without a graphics card, the Vulkan loader need not try (and complain about) every vendor's driver before llvmpipe. */
function preferSoftwareWithoutHardware() {
  if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return;
  if (hasCard()) return;
  for (const folder of ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']) {
    const driver = existsSync(folder) ? readdirSync(folder).find((name) => /^(lvp|lavapipe)_icd.*\.json$/.test(name)) : undefined;
    if (driver) {
      process.env.VK_DRIVER_FILES = `${folder}/${driver}`;
      return;
    }
  }
}
