import { expect, test, vi } from 'vitest';
import * as speed from '../check/speed';
import { isDevice } from '../engine/device';
import type { Trial } from '../engine/report';
import { gpu } from '../testing/dawn';
import { here } from '../wasm/here.node';
import { chooseDevice, type Chosen } from './chooseDevice';
import type { DeviceChoice } from './protocol';

const processor = (isFused?: boolean) => Promise.resolve(here(undefined, isFused));
const nowhere = () => Promise.reject(new Error('not fetched'));
const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;

/** Name of the device that was taken, or the reason why there is none. */
const taken = ({ device, other }: Chosen): [string, string | undefined] => {
  const about = isDevice(device) ? (device.report.architecture === 'wasm' ? 'wasm' : 'webgpu') : device.problem;
  if (isDevice(device)) device.destroy();
  return [about, other];
};
const choose = async (choice: DeviceChoice, adapter: GPU | undefined, { from = processor, secure = true } = {}) => taken(await chooseDevice(choice, { gpu: adapter, secure, processor: from, faster: 'webgpu' }));

test('without WebGPU, as at an address that is not secure, the processor is taken, and where that cannot be fetched it says why', async () => {
  expect(await choose('auto', undefined)).toEqual(['wasm', undefined]);
  expect(await choose('auto', none)).toEqual(['wasm', undefined]);
  expect(await choose('webgpu', none)).toEqual(['wasm', undefined]);
  expect(await choose('auto', undefined, { from: nowhere })).toEqual(['no-webgpu', undefined]);
  expect(await choose('auto', undefined, { secure: false })).toEqual(['wasm', undefined]);
  expect(await choose('auto', undefined, { secure: false, from: nowhere })).toEqual(['insecure-context', undefined]);
});

test('a choice stands, and the other is offered', async () => {
  expect(await choose('wasm', gpu())).toEqual(['wasm', 'webgpu']);
  const fused = await chooseDevice('wasm-fused', { gpu: gpu(), secure: true, processor });
  expect(isDevice(fused.device) && fused.device.report.description).toBe('Processor (WebAssembly, fused)');
  expect(taken(fused)).toEqual(['wasm', 'webgpu']);
  // Where the browser lacks it the processor computes as ever.
  expect(await choose('wasm-fused', gpu(), { from: (isFused) => (isFused ? nowhere() : processor()) })).toEqual(['wasm', 'webgpu']);
  expect(await choose('webgpu', gpu())).toEqual(['webgpu', 'wasm']);
  expect(await choose('wasm', gpu(), { from: nowhere })).toEqual(['webgpu', 'wasm']);
});

test('a software adapter and the processor are tried, and one of them is let go', async () => {
  const [name, other] = taken(await chooseDevice('auto', { gpu: gpu(), secure: true, processor }));
  expect([name, other].sort()).toEqual(['wasm', 'webgpu']);
  expect(taken(await chooseDevice('auto', { gpu: gpu(), secure: true, processor, faster: 'wasm' }))).toEqual(['wasm', 'webgpu']);
});

test('what an earlier trial said of the same adapter stands, and of another it is tried again', async () => {
  const measured = vi.spyOn(speed, 'measureProduct').mockResolvedValue(1);
  const again = async (tried?: Trial) => {
    const chosen = await chooseDevice('auto', { gpu: gpu(), secure: true, processor, tried });
    return { trial: chosen.trial!, taken: taken(chosen)[0] };
  };
  const { trial } = await again();
  expect(trial).toEqual({ adapter: expect.stringContaining(' '), faster: 'webgpu' });
  expect(measured).toHaveBeenCalledTimes(2);
  for (const faster of ['wasm', 'webgpu'] as const) expect(await again({ ...trial, faster })).toEqual({ trial: { ...trial, faster }, taken: faster });
  expect(measured).toHaveBeenCalledTimes(2);
  expect((await again({ adapter: 'another', faster: 'wasm' })).trial).toEqual(trial);
  expect(measured).toHaveBeenCalledTimes(4);
});
