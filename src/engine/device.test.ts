import { describe, expect, test } from 'vitest';
import { gpu } from '../testing/dawn';
import { isDevice, openDevice, type Device } from './device';

/** As much of an adapter as `openDevice` looks at. */
const adapter = (change: object = {}, limits: Record<string, number> = {}) => ({
  features: new Set(['shader-f16', 'depth-clip-control']),
  limits: { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28, maxComputeWorkgroupStorageSize: 16384, maxComputeInvocationsPerWorkgroup: 256, maxStorageBuffersPerShaderStage: 8, ...limits },
  info: { vendor: 'google', architecture: 'swiftshader', description: '', device: 'SwiftShader Device' },
  requestDevice: () => Promise.reject(new Error('no more devices')),
  ...change,
});
const fake = (...adapters: unknown[]): GPU => ({ requestAdapter: () => Promise.resolve(adapters.shift() ?? null) }) as unknown as GPU;

describe('openDevice reports', () => {
  test.each([
    ['an insecure page', gpu, false, 'insecure-context', /https.*localhost/],
    ['no WebGPU', () => undefined, true, 'no-webgpu', /Chrome.*Safari.*Firefox/],
    ['no adapter', () => fake(null, null), true, 'no-adapter', /Update the driver/],
    ['a browser that will have it one day', () => ({ requestAdapter: () => Promise.reject(new Error('not yet in releases')) }) as unknown as GPU, true, 'no-adapter', /gives no graphics card: not yet in releases$/],
    ['a weak adapter', () => fake(adapter({}, { maxComputeInvocationsPerWorkgroup: 128 })), true, 'limits', /allows 128 invocations.*needs 256/],
    ['a refused device', () => fake(adapter()), true, 'no-adapter', /refused a device: no more devices/],
  ] as const)('%s', async (_, get, secure, problem, message) => {
    const report = await openDevice(get(), secure);
    expect(isDevice(report)).toBe(false);
    expect(report).toMatchObject({ ok: false, problem, message: expect.stringMatching(message) });
  });

  test('an adapter that comes late is taken', async () => {
    expect(await openDevice(fake(null, adapter()))).toMatchObject({ problem: 'no-adapter', message: expect.stringContaining('refused') });
  });
});

describe('a device', () => {
  test('knows itself, keeps a ledger and lists errors', async () => {
    const device = (await openDevice(gpu())) as Device;
    expect(isDevice(device)).toBe(true);
    expect(device.report).toMatchObject({ ok: true, problem: '', message: '' });
    // What software adapters are known to do; elsewhere the trial decides.
    if (device.report.software) expect(device.quads).toBe(device.gpu.features.has('subgroups'));
    expect(device.report.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(2 ** 27);
    const a = device.createBuffer('a', 'temp', 64, 0x80);
    const b = device.createBuffer('b', 'temp', 16, 0x80);
    device.createBuffer('c', 'input', 32, 0x80);
    expect(device.ledger).toEqual({ temp: 80, input: 32 });
    device.destroyBuffer(a);
    device.destroyBuffer(a);
    expect(device.ledger).toEqual({ temp: 16, input: 32 });
    device.destroyBuffer(b);
    expect(device.ledger).toEqual({ input: 32 });
    expect(() => device.check()).not.toThrow();
    device.destroy();
    expect(device.ledger).toEqual({});
    expect((await device.gpu.lost).reason).toBe('destroyed');
    expect(() => device.check()).toThrow(expect.objectContaining({ kind: 'device-lost' }));
  });

  test('one that has gone and has not said so is found out, and one of which a buffer alone was destroyed is not', async () => {
    const real = gpu();
    // Under load a browser says late that a device is lost: here, never.
    const silent = {
      requestAdapter: async (options?: GPURequestAdapterOptions) => {
        const adapter = (await real.requestAdapter(options))!;
        const request = adapter.requestDevice.bind(adapter);
        adapter.requestDevice = async (asked) => Object.defineProperty(await request(asked), 'lost', { value: new Promise(() => {}) });
        return adapter;
      },
    } as unknown as GPU;
    const device = (await openDevice(silent)) as Device;
    const mapped = () => device.gpu.createBuffer({ size: 4, usage: 1 | 8 });
    const one = mapped();
    const failed = device.wait(one.mapAsync(1));
    one.destroy();
    await expect(failed).rejects.toMatchObject({ kind: 'device-lost' });
    expect(await device.usable()).toBe(true);
    const other = mapped();
    const gone = device.wait(other.mapAsync(1));
    device.gpu.destroy();
    await expect(gone).rejects.toMatchObject({ kind: 'device-lost' });
    expect(device.lost).toBe(null);
    expect(await device.usable()).toBe(false);
    expect(device.lost).not.toBe(null);
  });

  test('an uncaptured error fails the next check, with its text in the details', async () => {
    const device = (await openDevice(gpu())) as Device;
    device.errors.push('first line\nmore');
    expect(() => device.check()).toThrow(expect.objectContaining({ kind: 'validation', message: 'The graphics driver rejected a command: first line', details: 'first line\nmore' }));
    device.destroy();
  });
});
