import { expect, test } from 'vitest';
import { kernels, variants } from '../../testing/variants';
import { fill } from '../template';
import { compile } from './compile';

/** Those of extensions that the device on the processor does not have. */
const elsewhere = ({ text }: { text: string }): boolean => /^enable (f16|chromium)/m.test(text);

test.each(kernels.filter((kernel) => !elsewhere(kernel)).map((kernel) => [kernel.name, kernel] as const))('%s compiles', (_, kernel) => {
  const template = compile(kernel.name, kernel.text);
  expect(Object.keys(template.overrides).sort()).toEqual([...kernel.overrides].sort());
  for (const overrides of variants(kernel).slice(-2)) expect(WebAssembly.validate(fill(template, overrides, false).bytes)).toBe(true);
  expect(WebAssembly.validate(fill(template, {}, true).bytes)).toBe(true);
});
