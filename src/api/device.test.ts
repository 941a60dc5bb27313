import { expect, test, vi } from 'vitest';
import { onProcessor } from '../engine/report';
import { here } from '../wasm/here.node';
import { requestDevice } from './device';
import { platform, usePlatform, type Platform } from './platform';

const page = platform();
const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
const inPlace = (other: Partial<Platform>): void => usePlatform({ ...page, processor: async () => here(), ...other });

test.for([
  ['has no WebGPU', { gpu: async () => undefined }],
  ['has no adapter', { gpu: async () => none }],
  ['says why it has none', { gpu: () => Promise.reject(new Error('the package webgpu is missing')) }],
] as [string, Partial<Platform>][])('the processor computes where the platform %s, and that is said in a sentence', async ([, other]) => {
  inPlace(other);
  const notice = vi.fn<(text: string) => void>();
  const device = await requestDevice('auto', { notice });
  expect(onProcessor(device.report)).toBe(true);
  expect(notice.mock.calls.flat()).toEqual([expect.stringMatching(/^(This browser has no WebGPU|WebGPU is there|the package webgpu is missing).*\. The processor computes instead/)]);
  device.destroy();
});

test('what is asked for is taken or refused, and nothing is said', async () => {
  inPlace({ gpu: async () => none });
  const notice = vi.fn();
  await expect(requestDevice('webgpu', { notice })).rejects.toMatchObject({ name: 'EngineError', kind: 'no-adapter' });
  await expect(requestDevice(none, { notice })).rejects.toMatchObject({ kind: 'no-adapter' });
  const device = await requestDevice('wasm', { notice });
  expect(onProcessor(device.report)).toBe(true);
  expect(notice).not.toHaveBeenCalled();
  device.destroy();
});

test('without a processor the reason is WebGPU’s', async () => {
  usePlatform({ ...page, gpu: async () => undefined, processor: () => Promise.reject(new Error('too old')) });
  await expect(requestDevice()).rejects.toMatchObject({ kind: 'no-webgpu' });
});
