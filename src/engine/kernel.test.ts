import { describe, expect, test } from 'vitest';
import { allKernels, ELEMENTS, kernel } from './kernel';

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
    expect(allKernels().filter(({ bindings }) => !bindings)).toEqual([]);
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

describe('the text of a kernel', () => {
  const storage = '@group(0) @binding(0) var<storage, read_write> out: array<f32>;';

  test('what must stand first in WGSL comes first, once, whatever file it is in', () => {
    const lib = 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);\nfn one() -> f32 { return 1; }';
    const own = `enable f16;\nenable subgroups;\n// enable nothing;\n${storage}`;
    expect(kernel('first', own, [lib]).text).toBe(`enable subgroups;\nenable f16;\ndiagnostic(off, subgroup_uniformity);\nfn one() -> f32 { return 1; }\n// enable nothing;\n${storage}`);
  });

  test('shared functions come before the libs, in each form that they have', () => {
    const share = { none: '// none', quads: '// quads' };
    expect(kernel('plain', storage, ['// lib'])).not.toHaveProperty('quadText');
    const two = kernel('two', storage, ['// lib'], share);
    expect([two.text, two.quadText, two.octText]).toEqual([`// none\n// lib\n${storage}`, `// quads\n// lib\n${storage}`, undefined]);
    expect(kernel('three', storage, ['// lib'], { ...share, octs: '// octs' }).octText).toBe(`// octs\n// lib\n${storage}`);
  });

  test('is the file\'s own where it has no libs', () => expect(kernel('alone', storage).text).toBe(storage));

  test('is read past comments, and by the whole of what they stand in', () => {
    expect(kernel('explained', '@group(0) // one group\n@binding(3) var<storage, read_write> out: array<f32>; // the end')).toMatchObject({ bindings: [{ name: 'out', binding: 3 }] });
    expect(kernel('close', `${storage}\noverride N:u32=4u;\nvar<workgroup>tile:array<f32,N>;\n@compute @workgroup_size(64) fn main() { return; }`).sizes).toEqual(['N']);
  });

  test('is read however it is spaced', () => {
    const found = kernel(
      'spaced',
      'alias  row=vec4<f32> ;\nstruct  Params{count:u32,\n  shift : i32}\n@group(0)@binding(10)var< storage ,read_write >out :array< row > ;\n@group(0)   @binding(12)   var<  uniform  >   p  :  Params;\n@group(0) @binding(11)\nvar<storage,read>many: array<vec2<u32>>;\noverride  WIDE:u32=4u;\noverride LONG: u32 = 2u;\nvar<workgroup>  tile  :  array<array<f32, LONG>, 8>;',
    );
    expect(found).toMatchObject({
      bindings: [{ name: 'out', binding: 10, access: 'read_write', element: 'vec4<f32>' }, { name: 'many', binding: 11, access: 'read', element: 'vec2<u32>' }],
      params: [{ name: 'count', type: 'u32' }, { name: 'shift', type: 'i32' }],
      paramsBinding: 12,
      overrides: ['WIDE', 'LONG'],
      sizes: ['LONG'],
    });
  });

  test.each(['uu32', 'u320', 'f16'])('a param of type %s is refused', (type) => {
    expect(() => kernel('bad', `${storage}\n@group(0) @binding(1) var<uniform> p: Params;\nstruct Params { count: ${type} }`)).toThrow(expect.objectContaining({ kind: 'shader' }));
  });

  test.each(['xarray<f32>', 'array<f32>x'])('a binding of type %s is refused', (type) => {
    expect(() => kernel('bad', `@group(0) @binding(0) var<storage, read> x: ${type};`)).toThrow(expect.objectContaining({ kind: 'shader' }));
  });

  test.each(['10', '01'])('group %s is refused', (group) => expect(() => kernel('bad', `@group(${group}) @binding(0) var<storage, read> x: array<f32>;`)).toThrow(expect.objectContaining({ kind: 'shader' })));

  test('Params may have the first binding', () => expect(kernel('first', '@group(0) @binding(0) var<uniform> p: Params;\nstruct Params { count: u32 }')).toMatchObject({ paramsBinding: 0, bindings: [] }));

  test('Params and step may not share a binding either', () => {
    const texts = ['@group(0) @binding(0) var<uniform> step: Step;', '@group(0) @binding(1) var<uniform> step: Step;\n@group(0) @binding(1) var<uniform> p: Params;\nstruct Params { count: u32 }'];
    for (const text of texts) expect(() => kernel('bad', `${storage}\n${text}`)).toThrow(expect.objectContaining({ kind: 'shader' }));
  });

  test('of the elements of a kernel each type of tensor may be bound as some', () => {
    const all = ['f32', 'vec2<f32>', 'vec3<f32>', 'vec4<f32>', 'u32', 'vec2<u32>', 'vec4<u32>', 'f16', 'vec4<f16>', 'vec2<f16>', 'i32'];
    const bound = Object.fromEntries(Object.entries(ELEMENTS).map(([dtype, fits]) => [dtype, [...all, ...all.map((element) => `x${element}`), ...all.map((element) => `${element}x`)].filter((element) => fits.test(element))]));
    const words = ['u32'];
    expect(bound).toEqual({ f32: ['f32', 'vec2<f32>', 'vec4<f32>'], u32: words, q8: words, nf4: words, ternary: words, generated: words, bf16: ['u32', 'vec2<u32>'], f16: ['u32', 'vec2<u32>', 'f16', 'vec4<f16>'] });
  });
});
