import { expect, test } from 'vitest';
import { deviceName } from './deviceName';

test('a device goes by its name, not by its vendor', () => {
  const of = (description: string, architecture: string, vendor: string, software: boolean) => deviceName({ description, architecture, vendor, software });
  expect(of('', 'swiftshader', 'google', true)).toBe('SwiftShader (software)');
  expect(of('llvmpipe', '', 'mesa', true)).toBe('llvmpipe (software)');
  expect(of('Processor (WebAssembly)', 'wasm', 'wasm', true)).toBe('Processor');
  expect(of('Processor (WebAssembly, fused)', 'wasm', 'wasm', true)).toBe('Processor, fused');
  expect(of('Apple M1', 'metal-3', 'apple', false)).toBe('Apple M1');
  expect(of('', 'ampere', 'nvidia', false)).toBe('nvidia ampere');
  expect(of('', '', '', false)).toBe('');
});
