import { startButton } from '../../../testing/startButton';
import { fresh, begin, nothingWrong, open, pause, seeThrough, type Part } from './host';

/** The GPU goes away in every way it can: the page says so and goes on, without a reload, from the last checkpoint. */

/** In the worker: the device is destroyed at the n-th call of a method of WebGPU, once the page has said which. */
const prelude = `{
  let armed = null;
  new BroadcastChannel('chaos').onmessage = ({ data }) => (armed = data);
  const devices = new Set();
  const requestDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    devices.add(device);
    return device;
  };
  for (const [owner, method] of [[GPUDevice, 'createComputePipelineAsync'], [GPUBuffer, 'mapAsync'], [GPUQueue, 'submit']]) {
    const call = owner.prototype[method];
    owner.prototype[method] = function (...args) {
      const result = call.apply(this, args);
      if (armed && armed.method === method && armed.calls-- <= 0) {
        armed = null;
        for (const device of devices) device.destroy();
      }
      return result;
    };
  }
}
`;

/** Destroys the device at one of the worker's first `calls` calls of `method`. */
const destroyed = (method: string, calls: number): Part => ({
  on: 'webgpu',
  prelude,
  round: ({ url, random, whole }) =>
    fresh(async (page, _context, wrong) => {
      await open(page, url);
      await page.evaluate((armed) => new BroadcastChannel('chaos').postMessage(armed), { method, calls: random.below(calls) });
      await startButton(page).click();
      const met = await seeThrough(page, whole, { begun: true });
      nothingWrong(wrong);
      return met;
    }),
});

export const gpuParts: Record<string, Part> = {
  /** The process that talks to the GPU dies: all devices are lost. */
  'GPU process killed': {
    on: 'webgpu',
    round: ({ url, random, whole, within }) =>
      fresh(
        async (page, context) => {
          await begin(page, url);
          await pause(random.below(within));
          await (await context.browser()!.newBrowserCDPSession()).send('Browser.crashGpuProcess');
          return await seeThrough(page, whole, { begun: true });
        },
        ['--disable-gpu-process-crash-limit'],
      ),
  },
  'device lost while compiling': destroyed('createComputePipelineAsync', 30),
  'device lost while reading back': destroyed('mapAsync', 20),
  'device destroyed': destroyed('submit', 60),
};
