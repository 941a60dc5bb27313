import { expect, test } from 'vitest';
import { allKernels } from '../engine/kernel';
import { textFor } from '../engine/pipelines';
import { compile } from '../wasm/compiler/compile';
import { reopened } from '../wasm/template';
import { packed, unpacked } from '../wasm/pack';
import { placeOf, textAsked } from './kernels';
import { withoutComments } from './setup/shaders.mjs';

test('a line of a kernel is one of a file', () => {
  const files = { 'lib/a.wgsl': 'fn a() {\n}\n', 'b.wgsl': 'enable subgroups;\n// b\nfn main() {\n  wrong;\n}\n' };
  const text = 'enable subgroups;\nfn a() {\n}\n\n// b\nfn main() {\n  wrong;\n}\n';
  expect(placeOf(text, 3, files)).toBe('lib/a.wgsl:2');
  expect(placeOf(text, 7, files)).toBe('b.wgsl:4');
});

test('what a build ships of a kernel is what was compiled, but for comments', async () => {
  expect(withoutComments('// a\n\nenable f16; // b\n  // c\nfn main() { // d\n\n  x = 1.0 / y;\n}\n')).toBe('enable f16;\nfn main() {\n  x = 1.0 / y;\n}\n');
  const template = compile('k', '@group(0) @binding(0) var<storage, read_write> out: array<f32>;\n@compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { out[i] = 1.0; }');
  for (const [i, kernel] of allKernels().entries()) {
    const short = withoutComments(kernel.text);
    expect(short, kernel.name).not.toMatch(/\/\//);
    // One in ten: what is hashed is the same of all.
    if (i % 10 === 0) await expect(unpacked(packed([{ name: kernel.name, text: kernel.text, template }]))(kernel.name, short), kernel.name).resolves.toEqual(template);
  }
});

test('a kernel is packed by the text that a processor asks for, whatever sizes its workgroup memory', () => {
  const sized = allKernels().filter(({ sizes }) => sizes.length > 0);
  expect(sized.map(({ name }) => name)).toEqual(expect.arrayContaining(['attention', 'check_workgroup']));
  for (const kernel of allKernels()) {
    const { text, constants } = textFor({ quads: false, octs: false }, kernel, Object.fromEntries(kernel.sizes.map((name, i) => [name, 96 + i])));
    expect(reopened(text, constants).text, kernel.name).toBe(textAsked(kernel));
  }
});
