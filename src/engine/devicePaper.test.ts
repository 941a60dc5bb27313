import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPaper, paperGpu, type PaperGpu } from '../testing/paperGpu';
import { isDevice, openDevice, usableMatrices } from './device';
import { kernel } from './kernel';
import { compileAhead, compilePipeline, MOST_PIPELINES, textFor } from './pipelines';
import { Recorder } from './record';

/** Requests to an adapter, and the handling of what goes wrong. */

let paper: PaperGpu;
const open = (what: Parameters<typeof paperGpu>[0]) => {
  paper.restore();
  paper = paperGpu(what);
  return openPaper(paper);
};
beforeEach(() => {
  paper = paperGpu();
});
afterEach(() => paper.restore());

describe('an adapter', () => {
  test('is asked for all that it has of what is used, and described', async () => {
    const device = await open({ features: ['timestamp-query', 'shader-f16', 'depth-clip-control'], info: { vendor: 'v', architecture: 'a', device: 'd' }, limits: { maxBufferSize: 77 } });
    expect(device.report).toEqual({
      ok: true, problem: '', message: '', vendor: 'v', architecture: 'a', description: 'd', software: false, features: ['shader-f16', 'timestamp-query'], matrices: [],
      limits: { maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 77, maxComputeWorkgroupStorageSize: 16384, maxComputeInvocationsPerWorkgroup: 256, maxStorageBuffersPerShaderStage: 8, minStorageBufferOffsetAlignment: 256 },
    });
    expect(paper.asked).toEqual([{ requiredFeatures: device.report.features, requiredLimits: device.report.limits }]);
    expect([device.polls, device.quads, device.octs, device.choices, device.lost, device.errors, device.ledger]).toEqual([true, false, false, {}, null, [], {}]);
    expect((await open({ info: { description: 'told', device: 'd' }, polls: false })).report.description).toBe('told');
  });

  test.each<[object, boolean]>([[{ architecture: 'swiftshader' }, true], [{ description: 'llvmpipe (LLVM 17)' }, true], [{ device: 'Microsoft Basic Render Driver' }, true], [{ isFallbackAdapter: true }, true], [{ isFallbackAdapter: false }, false], [{ vendor: 'software' }, false], [{ architecture: 'ampere' }, false]])('of %j is software: %s', async (info, software) => expect((await open({ info })).report.software).toBe(software));

  test.each<[object, boolean]>([[{ maxComputeInvocationsPerWorkgroup: 255 }, false], [{ maxStorageBuffersPerShaderStage: 7 }, false], [{}, true]])('with limits %j can be used: %s', async (limits, ok) => {
    paper.restore();
    paper = paperGpu({ limits });
    const found = await openDevice(paper.gpu);
    expect([isDevice(found), 'problem' in found && found.problem]).toEqual([ok, ok ? false : 'limits']);
  });

  test.each<[string, Partial<GPU> | undefined, boolean, string]>([
    ['on an insecure page', {}, false, 'insecure-context'],
    ['without WebGPU', undefined, true, 'no-webgpu'],
    ['where asking for an adapter fails', { requestAdapter: () => Promise.reject(new Error('not yet')) }, true, 'no-adapter'],
    ['where it refuses a device', { requestAdapter: async () => ({ ...(await paper.gpu.requestAdapter())!, requestDevice: () => Promise.reject(new Error('no')) }) }, true, 'no-adapter'],
  ])('is not there %s', async (_, gpu, secure, problem) => {
    const found = await openDevice(gpu as GPU | undefined, secure);
    expect([isDevice(found), found]).toEqual([false, expect.objectContaining({ ok: false, problem })]);
    if (gpu?.requestAdapter) expect(found).toMatchObject({ message: expect.stringMatching(/: (not yet|no)$/) as string });
  });

  test('of the browser is not polled, any other is unless it says so', async () => {
    const polls = async (what: Parameters<typeof paperGpu>[0], isNavigators = false) => {
      paper.restore();
      paper = paperGpu(what);
      if (isNavigators) vi.stubGlobal('navigator', { gpu: paper.gpu });
      try {
        return (await openPaper(paper)).polls;
      } finally {
        if (isNavigators) vi.unstubAllGlobals();
      }
    };
    expect([await polls({ polls: null }), await polls({ polls: null }, true), await polls({ polls: true }, true), await polls({ polls: false })]).toEqual([true, false, true, false]);
  });

  test('is the strongest, or any where there is none of that after a while', async () => {
    const asked: unknown[] = [];
    const gpu = { requestAdapter: (options?: object) => (asked.push(options), Promise.resolve(null)) } as unknown as GPU;
    expect(await openDevice(gpu)).toEqual({ ok: false, problem: 'no-adapter', message: expect.stringContaining('no graphics card answered') as string, vendor: '', architecture: '', description: '', features: [], matrices: [], limits: {}, software: false });
    expect([asked, paper.timers]).toEqual([[{ powerPreference: 'high-performance' }, undefined], [150]]);
  });

  test.each([
    [{}, [], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32 }, ['shader-f16'], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] }, [], ['f32']],
    [{ subgroupMinSize: 16, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] }, [], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 64, subgroupMatrixConfigs: [{ componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] }, [], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 }] }, ['shader-f16'], ['f16']],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 }] }, [], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f32', resultComponentType: 'f16', M: 8, N: 8, K: 8 }, { componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 4 }] }, ['shader-f16'], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'u8', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] }, ['shader-f16'], []],
    [{ subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'u8', resultComponentType: 'u32', M: 8, N: 8, K: 8 }, { componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] }, ['shader-f16'], ['f32']],
  ])('whose subgroups are %j, with %j, has matrices of %j', (info, features, kinds) => expect(usableMatrices(info, features)).toEqual(kinds));

  test('is asked for subgroup matrices where they can be used', async () => {
    const matrices = 'chromium-experimental-subgroup-matrix';
    const info = { subgroupMinSize: 32, subgroupMaxSize: 32, subgroupMatrixConfigs: [{ componentType: 'f32', resultComponentType: 'f32', M: 8, N: 8, K: 8 }] };
    const of = async (what: Parameters<typeof paperGpu>[0]) => (await open(what)).report;
    expect(await of({ features: [matrices], info })).toMatchObject({ features: [matrices], matrices: ['f32'] });
    expect(await of({ features: [matrices] })).toMatchObject({ features: [], matrices: [] });
    expect(await of({ info })).toMatchObject({ features: [], matrices: [] });
  });
});

describe('a device', () => {
  test('counts bytes by role until buffers are destroyed', async () => {
    const device = await open({});
    const [a, b] = [device.createBuffer('a', 'temp', 64, 0x80), device.createBuffer('b', 'temp', 16, 0x80)];
    device.createBuffer('c', 'input', 32, 0x8);
    expect([device.ledger, paper.buffers.map(({ label, size, usage }) => [label, size, usage])]).toEqual([{ temp: 80, input: 32 }, [['a', 64, 0x80], ['b', 16, 0x80], ['c', 32, 0x8]]]);
    device.destroyBuffer(a);
    device.destroyBuffer(a);
    expect(device.ledger).toEqual({ temp: 16, input: 32 });
    device.destroyBuffer(b);
    expect(device.ledger).toEqual({ input: 32 });
    device.destroy();
    expect([device.ledger, paper.buffers.every(({ destroyed }) => destroyed)]).toEqual([{}, true]);
  });

  test('fails a check when it is lost or an error was seen, and is not usable then', async () => {
    const device = await open({});
    expect(() => device.check()).not.toThrow();
    expect(await device.usable()).toBe(true);
    device.errors.push('first\nmore', 'second');
    expect(() => device.check()).toThrow(expect.objectContaining({ kind: 'validation', details: 'first\nmore\n\nsecond', message: expect.stringMatching(/first$/) as string }));
    expect(await device.usable()).toBe(false);
    const lost = await open({});
    lost.lost = { reason: 'unknown', message: 'driver' };
    expect(() => lost.check()).toThrow(expect.objectContaining({ kind: 'device-lost', details: 'unknown: driver' }));
    expect(await lost.usable()).toBe(false);
  });

  test('hears of errors that nobody caught, and of its end', async () => {
    const device = await open({});
    paper.fail('wrong');
    expect(device.errors).toEqual(['wrong']);
    paper.lose('driver');
    await device.gpu.lost;
    expect(device.lost).toEqual({ reason: 'unknown', message: 'driver' });
  });

  test('of which a promise fails is lost, but not where the map of a buffer was ended on purpose', async () => {
    const device = await open({});
    expect(await device.wait(Promise.resolve(7))).toBe(7);
    const ended = Object.assign(new Error('unmapped'), { name: 'AbortError' });
    await expect(device.wait(Promise.reject(ended))).rejects.toMatchObject({ kind: 'device-lost', details: 'AbortError: unmapped' });
    expect([device.lost, await device.usable(), paper.timers]).toEqual([null, true, [500]]);
    // It is asked for a buffer of its own, once.
    const asked = paper.buffers.length;
    expect([asked, paper.buffers[0]?.size, paper.buffers[0]?.usage, paper.buffers[0]?.destroyed, await device.usable(), paper.buffers.length]).toEqual([1, 4, 9, true, true, asked]);
    await expect(device.wait(Promise.reject(ended))).rejects.toMatchObject({ kind: 'device-lost' });
    device.gpu.createBuffer = (() => ({ mapAsync: () => Promise.reject(new Error('gone')), destroy: () => undefined })) as never;
    expect([await device.usable(), device.lost]).toEqual([false, { reason: 'unknown', message: 'AbortError: unmapped' }]);
    const other = await open({});
    await expect(other.wait(Promise.reject(new Error('crash')))).rejects.toMatchObject({ kind: 'device-lost', details: 'unknown: Error: crash' });
    expect(other.lost).toEqual({ reason: 'unknown', message: 'Error: crash' });
  });
});

const bufferOut = '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\n';
const main = '@compute @workgroup_size(64) fn main() {}';

describe('pipelines', () => {
  test('are made once for a text and its overrides, and the one that was asked for longest ago goes', async () => {
    const device = await open({});
    const k = kernel('many', `${bufferOut}override A: u32 = 0u;\n${main}`);
    const of = (A: number) => compilePipeline(device, k, { A });
    const [often, once] = [of(0), of(1)];
    expect(compilePipeline(device, kernel('same', k.text), { A: 0 })).toBe(often);
    for (let i = 2; i <= MOST_PIPELINES; i++) {
      void of(i);
      expect(of(0)).toBe(often);
    }
    await often;
    expect([paper.pipelines, paper.scopes]).toEqual([MOST_PIPELINES + 1, 0]);
    const second = of(2);
    await second;
    // As many as are kept have all been kept.
    expect(paper.pipelines).toBe(MOST_PIPELINES + 1);
    expect(of(1)).not.toBe(once);
    expect(of(0)).toBe(often);
    paper.lose('driver');
    await device.gpu.lost;
    await Promise.resolve();
    expect(compilePipeline(device, k, { A: 0 })).not.toBe(often);
    const other = await open({});
    expect(compilePipeline(other, k, { A: 0 })).not.toBe(often);
  });

  test('have what sizes workgroup memory in their text', () => {
    const text = `${bufferOut}override N: u32 = 4u;\noverride A: u32 = 0u;\nvar<workgroup> few: array<f32, 2 * N>;\n${main}`;
    const k = { ...kernel('sized', text), quadText: 'override N: u32 = 4u; quads', octText: 'override N: u32 = 4u; octs' };
    const of = (quads: boolean, octs: boolean, overrides: Record<string, number>) => textFor({ quads, octs }, k, overrides);
    expect(of(false, false, { N: 8, A: 1 })).toEqual({ text: text.replace('override N: u32 = 4u', 'const N: u32 = 8u'), constants: { A: 1 } });
    expect(of(false, true, {})).toEqual({ text: text.replace('override N', 'const N'), constants: {} });
    expect([of(true, false, {}), of(true, true, { A: 2 })]).toEqual([{ text: 'const N: u32 = 4u; quads', constants: {} }, { text: 'const N: u32 = 4u; octs', constants: { A: 2 } }]);
    expect(textFor({ quads: true, octs: true }, { ...k, octText: undefined }, {}).text).toBe('const N: u32 = 4u; quads');
    expect(textFor({ quads: true, octs: true }, kernel('alone', text), {}).text).toBe(text.replace('override N', 'const N'));
  });

  test('that do not compile say where, and are made anew by the next who asks', async () => {
    const device = await open({});
    const k = kernel('broken', `${bufferOut}${main}\nthird line`);
    const messages = [{ type: 'warning', lineNum: 1, linePos: 1, message: 'never mind' }, { type: 'error', lineNum: 3, linePos: 7, message: 'what is this' }, { type: 'error', lineNum: 9, linePos: 1, message: 'nowhere' }];
    const { createShaderModule } = device.gpu;
    const made = vi.fn((found: unknown[]) => ({ code: '', getCompilationInfo: () => Promise.resolve({ messages: found }) }));
    device.gpu.createShaderModule = () => made(messages) as never;
    paper.errors.push({ message: 'the scope says' });
    await expect(compilePipeline(device, k, {})).rejects.toMatchObject({ kind: 'shader', details: k.text, message: 'kernel broken did not compile: 3:7 what is this\n    third line\n9:1 nowhere\n    ' });
    device.gpu.createShaderModule = () => made([]) as never;
    paper.errors.push({ message: 'the scope says' });
    await expect(compilePipeline(device, k, {})).rejects.toMatchObject({ message: 'kernel broken did not compile: the scope says' });
    device.gpu.createShaderModule = () => {
      throw new Error('no module');
    };
    await expect(compilePipeline(device, k, {})).rejects.toMatchObject({ kind: 'shader', message: 'kernel broken did not compile: no module' });
    device.gpu.createShaderModule = createShaderModule;
    await expect(compilePipeline(device, k, {})).resolves.toBeDefined();
    expect([made.mock.calls.length, paper.scopes]).toEqual([2, 0]);
    // An error that nobody caught before is another matter.
    paper.fail('of something else');
    paper.errors.push({ message: 'the scope says' });
    await expect(compilePipeline(device, kernel('blamed', `${bufferOut}${main}  `), {})).rejects.toMatchObject({ kind: 'shader' });
    // Of a device that has gone the kernel is not blamed, be it known by now or only found out.
    const gone = await open({});
    gone.gpu.createComputePipelineAsync = () => Promise.reject(new Error('no'));
    gone.gpu.queue.onSubmittedWorkDone = () => Promise.reject(new Error('gone'));
    await expect(compilePipeline(gone, kernel('innocent too', `${bufferOut}${main}   `), {})).rejects.toMatchObject({ kind: 'device-lost' });
    device.gpu.createComputePipelineAsync = () => {
      device.lost = { reason: 'unknown', message: 'gone' };
      return Promise.reject(new Error('no'));
    };
    await expect(compilePipeline(device, kernel('innocent', `${bufferOut}${main} `), {})).rejects.toMatchObject({ kind: 'device-lost' });
  });

  test('are compiled ahead one by one, until that is ended', async () => {
    const device = await open({});
    const rec = new Recorder();
    rec.program('p', () => ['one', 'two'].forEach((name) => rec.emit(kernel(name, `${bufferOut}// ${name}\n${main}`), { tensors: { out: rec.declare('state', 'out', [4]) }, grid: [1] })));
    await compileAhead(device, rec, AbortSignal.abort());
    expect(paper.pipelines).toBe(0);
    const stop = new AbortController();
    const { createComputePipelineAsync } = device.gpu;
    device.gpu.createComputePipelineAsync = (asked) => {
      stop.abort();
      return createComputePipelineAsync(asked);
    };
    await compileAhead(device, rec, stop.signal);
    expect(paper.pipelines).toBe(1);
    await compileAhead(device, rec, new AbortController().signal);
    expect(paper.pipelines).toBe(2);
  });
});
