import { expect, test } from 'vitest';
import { isDevice } from '../engine/device';
import { gpu } from '../testing/dawn';
import { here } from '../wasm/here.node';
import { chooseDevice, type Chosen } from './chooseDevice';
import type { DeviceChoice } from './protocol';

const processor = () => Promise.resolve(here());
const nowhere = () => Promise.reject(new Error('not fetched'));
const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;

/** What was taken: its name, or why there is none. */
const taken = ({ device, other }: Chosen): [string, string | undefined] => {
  const about = isDevice(device) ? (device.report.architecture === 'wasm' ? 'wasm' : 'webgpu') : device.problem;
  if (isDevice(device)) device.destroy();
  return [about, other];
};
const choose = async (choice: DeviceChoice, adapter: GPU | undefined, { from = processor, secure = true } = {}) => taken(await chooseDevice(choice, { gpu: adapter, secure, processor: from, faster: 'webgpu' }));

test('without WebGPU the processor is taken, and where that cannot be fetched it says why', async () => {
  expect(await choose('auto', undefined)).toEqual(['wasm', undefined]);
  expect(await choose('auto', none)).toEqual(['wasm', undefined]);
  expect(await choose('webgpu', none)).toEqual(['wasm', undefined]);
  expect(await choose('auto', undefined, { from: nowhere })).toEqual(['no-webgpu', undefined]);
  expect(await choose('auto', undefined, { secure: false })).toEqual(['insecure-context', undefined]);
});

test('a choice stands, and the other is offered', async () => {
  expect(await choose('wasm', gpu())).toEqual(['wasm', 'webgpu']);
  expect(await choose('webgpu', gpu())).toEqual(['webgpu', 'wasm']);
  expect(await choose('wasm', gpu(), { from: nowhere })).toEqual(['webgpu', 'wasm']);
});

test('a software adapter and the processor are tried, and one of them is let go', async () => {
  const [name, other] = taken(await chooseDevice('auto', { gpu: gpu(), secure: true, processor }));
  expect([name, other].sort()).toEqual(['wasm', 'webgpu']);
  expect(taken(await chooseDevice('auto', { gpu: gpu(), secure: true, processor, faster: 'wasm' }))).toEqual(['wasm', 'webgpu']);
});
