import { expect, test } from 'vitest';
import { compile } from './compiler/compile';
import { packed, unpacked } from './pack';

const kernel = (body: string): string => `@group(0) @binding(0) var<storage, read_write> out: array<f32>;\noverride N: u32 = 3u;\n@compute @workgroup_size(N) fn main(@builtin(local_invocation_index) i: u32) { ${body} }`;

test('what is packed comes out by name and text, and nothing else does', async () => {
  const [one, two] = [kernel('out[i] = 1.0;'), kernel('let v = vec4<f32>(out[0]); let w = v * v.y + v; out[i] = (w * w.x + v).x + f32(N);')];
  expect(compile('kernel 1', two).products).toHaveLength(4);
  const get = unpacked(packed([one, two].map((text, i) => ({ name: `kernel ${i}`, text, template: compile(`kernel ${i}`, text) }))));
  expect(await get('kernel 1', two)).toEqual(compile('kernel 1', two));
  await expect(get('kernel 1', one)).rejects.toThrow('the kernel kernel 1 was not compiled when the page was built');
});
