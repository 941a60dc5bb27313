import { beforeAll, describe, expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import type { Device } from './device';
import { allKernels, kernel } from './kernel';
import { compilePipeline, MOST_PIPELINES, textFor } from './pipelines';

const lib = '@group(0) @binding(15) var<uniform> step: Step;\nstruct Step { seed: u32 }\nalias lanes = vec4<f32>;';
const source = `// Commented out: @group(0) @binding(9) var<storage, read> ghost: array<f32>;
override ACT: u32 = 1u;
override BIAS: bool = false;
struct Params {
  count: u32, // how many
  shift: i32,
  alpha: f32,
}
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage> w: array<lanes>;
@group(0) @binding(2)
var<storage, read_write> out: array<u32>;
@group(0) @binding(3) var<uniform> p: Params;
@compute @workgroup_size(64) fn main() {}`;

describe('kernel', () => {
  test('reads bindings, params and overrides off the text', () => {
    const k = kernel('test', source, [lib]);
    expect(k).toEqual({
      name: 'test',
      text: `${lib}\n${source}`,
      bindings: [
        { name: 'x', binding: 0, access: 'read', element: 'f32' },
        { name: 'w', binding: 1, access: 'read', element: 'vec4<f32>' },
        { name: 'out', binding: 2, access: 'read_write', element: 'u32' },
      ],
      params: [
        { name: 'count', type: 'u32' },
        { name: 'shift', type: 'i32' },
        { name: 'alpha', type: 'f32' },
      ],
      paramsBinding: 3,
      stepBinding: 15,
      overrides: ['ACT', 'BIAS'],
      sizes: [],
    });
    expect(allKernels()).toContain(k);
  });

  test('no params, no step', () => {
    expect(kernel('bare', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;')).toMatchObject({ params: [], paramsBinding: -1, stepBinding: -1, overrides: [] });
  });

  const storage = '@group(0) @binding(0) var<storage, read> x: array<f32>;\n';
  test.each([
    ['another group', '@group(1) @binding(0) var<storage, read> x: array<f32>;', 'bad: binding x is in group 1; kernels use group 0 only'],
    ['an unknown uniform', '@group(0) @binding(0) var<uniform> q: Params;', 'bad: uniform q is neither p nor step'],
    ['a binding that is not an array', '@group(0) @binding(0) var<storage, read> x: f32;', 'bad: binding x must be a runtime array, not f32'],
    ['a param of another type', `${storage}@group(0) @binding(1) var<uniform> p: Params;\nstruct Params { count: u32, scale: vec4<f32> }`, 'bad: param scale is vec4<f32>; params are u32, i32 or f32'],
    ['Params without p', `${storage}struct Params { count: u32 }`, 'bad: struct Params has no uniform p'],
    ['a binding used twice', `${storage}@group(0) @binding(0) var<storage, read> y: array<f32>;`, 'bad: two variables have the same binding'],
  ])('refuses %s', (_, text, message) => {
    expect(() => kernel('bad', text)).toThrow(expect.objectContaining({ name: 'EngineError', kind: 'shader', message }));
  });
});

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
