import { expect, test } from 'vitest';
import { allKernels } from '../engine/kernel';
import { textFor } from '../engine/pipelines';
import { reopened } from '../wasm/template';
import { placeOf, textAsked } from './kernels';

test('a line of a kernel is one of a file', () => {
  const files = { 'lib/a.wgsl': 'fn a() {\n}\n', 'b.wgsl': 'enable subgroups;\n// b\nfn main() {\n  wrong;\n}\n' };
  const text = 'enable subgroups;\nfn a() {\n}\n\n// b\nfn main() {\n  wrong;\n}\n';
  expect(placeOf(text, 3, files)).toBe('lib/a.wgsl:2');
  expect(placeOf(text, 7, files)).toBe('b.wgsl:4');
});

test('a kernel is packed by the text that a processor asks for, whatever sizes its workgroup memory', () => {
  const sized = allKernels().filter(({ sizes }) => sizes.length > 0);
  expect(sized.map(({ name }) => name)).toEqual(expect.arrayContaining(['attention', 'check_workgroup']));
  for (const kernel of allKernels()) {
    const { text, constants } = textFor({ quads: false, octs: false }, kernel, Object.fromEntries(kernel.sizes.map((name, i) => [name, 96 + i])));
    expect(reopened(text, constants).text, kernel.name).toBe(textAsked(kernel));
  }
});
