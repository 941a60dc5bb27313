import { beforeAll, describe, expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import type { Device } from './device';
import { kernel } from './kernel';
import { compilePipeline, MOST_PIPELINES, textFor } from './pipelines';

describe('compilePipeline', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test('says where a shader fails, by line and column of the text, and shows the line', async () => {
    const bad = kernel('broken', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\n@compute @workgroup_size(64)\nfn main() {\n  out[0] = 1u + missing;\n}');
    await expect(compilePipeline(device, bad, {})).rejects.toMatchObject({
      kind: 'shader',
      message: expect.stringMatching(/^kernel broken did not compile: 4:17 unresolved value 'missing'\n {6}out\[0\] = 1u \+ missing;$/),
      details: bad.text,
    });
    // Again, with the module from the cache.
    await expect(compilePipeline(device, bad, {})).rejects.toMatchObject({ kind: 'shader', message: expect.stringContaining('4:17') });
    expect(device.errors).toEqual([]);
  });

  test('says so when an override does not exist', async () => {
    const k = kernel('plain', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\n@compute @workgroup_size(64)\nfn main() { out[0] = 1; }');
    await expect(compilePipeline(device, k, { NOPE: 1 })).rejects.toMatchObject({ kind: 'shader', message: expect.stringMatching(/kernel plain did not compile: .*NOPE/s) });
    expect(device.errors).toEqual([]);
  });

  test('writes what sizes workgroup memory into the text, and leaves other overrides to the driver', async () => {
    const text = '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\noverride N: u32 = 4u;\noverride A: u32 = 0u;\nvar<workgroup> few: array<f32, 2 * N>;\n@compute @workgroup_size(N)\nfn main() { out[0] = few[A]; }';
    const k = kernel('sized', text);
    expect(k).toMatchObject({ overrides: ['N', 'A'], sizes: ['N'] });
    expect(textFor(device, k, { N: 8, A: 1 })).toEqual({ text: text.replace('override N: u32 = 4u', 'const N: u32 = 8u'), constants: { A: 1 } });
    expect(textFor(device, k, {}).text).toBe(text.replace('override N', 'const N'));
    await compilePipeline(device, k, { N: 8, A: 1 });
    expect(compilePipeline(device, k, { N: 8 })).not.toBe(compilePipeline(device, k, { N: 4 }));
    await compilePipeline(device, k, { N: 4 });
    expect(device.errors).toEqual([]);
  });

  test('compiles a text once for the same overrides', () => {
    const text = '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\noverride A: u32 = 0u;\n@compute @workgroup_size(64)\nfn main() { out[0] = f32(A); }';
    const one = compilePipeline(device, kernel('one', text), {});
    expect(compilePipeline(device, kernel('two', text), {})).toBe(one);
    expect(compilePipeline(device, kernel('one', text), { A: 1 })).not.toBe(one);
  });

  test('keeps those used last, and nothing of a device that is lost', async () => {
    const doomed = await mustOpen(gpu());
    const k = kernel('many', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\noverride A: u32 = 0u;\n@compute @workgroup_size(64)\nfn main() { out[0] = f32(A); }');
    const of = (A: number) => compilePipeline(doomed, k, { A });
    const [often, once] = [of(0), of(1)];
    for (let i = 2; i <= MOST_PIPELINES; i++) {
      await of(i);
      expect(of(0)).toBe(often);
    }
    expect(of(1)).not.toBe(once);
    expect(of(0)).toBe(often);
    doomed.gpu.destroy();
    await doomed.gpu.lost;
    expect(of(0)).not.toBe(often);
  });
});
