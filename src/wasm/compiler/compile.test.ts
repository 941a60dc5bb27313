import { expect, test } from 'vitest';
import { textFor } from '../../engine/pipelines';
import { kernels, variants } from '../../testing/variants';
import { compile } from './compile';

/** Those of extensions that the device on the processor does not have. */
const elsewhere = ({ text }: { text: string }): boolean => /^enable (f16|chromium)/m.test(text);

test.each(kernels.filter((kernel) => !elsewhere(kernel)).map((kernel) => [kernel.name, kernel] as const))('%s compiles', (_, kernel) => {
  const overrides = variants(kernel).at(-1)!;
  const { text, constants } = textFor({ quads: false, octs: false }, kernel, overrides);
  expect(WebAssembly.validate(compile(kernel.name, text, constants).wasm as Uint8Array<ArrayBuffer>)).toBe(true);
});
