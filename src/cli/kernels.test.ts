import { expect, test } from 'vitest';
import { placeOf } from './kernels';

test('a line of a kernel is one of a file', () => {
  const files = { 'lib/a.wgsl': 'fn a() {\n}\n', 'b.wgsl': 'enable subgroups;\n// b\nfn main() {\n  wrong;\n}\n' };
  const text = 'enable subgroups;\nfn a() {\n}\n\n// b\nfn main() {\n  wrong;\n}\n';
  expect(placeOf(text, 3, files)).toBe('lib/a.wgsl:2');
  expect(placeOf(text, 7, files)).toBe('b.wgsl:4');
});
