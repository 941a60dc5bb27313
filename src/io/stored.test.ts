import { describe, expect, test } from 'vitest';
import { exactTypes, packing, storing, tablesAs, type FrozenDtype } from './stored';

const dtypes = ['f32', 'f16', 'q8', 'nf4'] as const satisfies readonly FrozenDtype[];
/** Values that every storage holds exactly: each block's largest is 1. */
const values = Float32Array.from({ length: 192 }, (_, i) => (i % 3) - 1);

describe.each(dtypes)('%s', (dtype) => {
  const bytesOf = (view: ArrayBufferView) => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];

  test('values come back, in as many words as it says', () => {
    const { words, pack, unpack } = storing[dtype];
    const packed = pack(values);
    expect(packed.byteLength).toBe(4 * words(values.length));
    expect(unpack(packed, values.length)).toEqual(values);
  });

  test('pieces lie where it says, also in memory that has room for more, and nothing behind them is touched', () => {
    const { words, byteOf, pack, unpack } = storing[dtype];
    const whole = bytesOf(pack(values));
    const out = new Uint32Array(words(values.length) + 3).fill(0xdeadbeef);
    const piece = pack(values.subarray(64, 128), out.subarray(1));
    const [from, to] = [byteOf(64), byteOf(128)];
    expect(byteOf(0)).toBe(0);
    expect(bytesOf(piece)).toEqual(whole.slice(from, to));
    expect(unpack(piece, 64)).toEqual(values.slice(64, 128));
    if (dtype === 'f32') return; // handed on as it is
    expect([out[0], out.at(-1)]).toEqual([0xdeadbeef, 0xdeadbeef]);
    expect(bytesOf(out).slice(4, 4 + to - from)).toEqual(whole.slice(from, to));
    expect(out[1 + (to - from) / 4]).toBe(0xdeadbeef);
  });
});

test('words of counts that fill no block', () => {
  expect(dtypes.map((dtype) => [1, 3, 33, 65].map((count) => storing[dtype].words(count)))).toEqual([[1, 3, 33, 65], [1, 2, 17, 33], [9, 9, 18, 27], [9, 9, 9, 18]]);
  expect(dtypes.map((dtype) => storing[dtype].byteOf(128))).toEqual([512, 256, 144, 72]);
});

test('half a word is no value more', () => {
  const three = Float32Array.of(1, 0.5, -2);
  for (const dtype of ['f16', 'bf16'] as const) {
    const { pack, unpack } = packing[dtype];
    const packed = new Uint8Array(new Uint32Array(2).buffer);
    const bytes = pack(three);
    packed.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    expect(unpack(packed, 3)).toEqual(three);
  }
});

test('tables stay in 16 bits where layers have four', () => {
  expect(dtypes.map(tablesAs)).toEqual(['f32', 'f16', 'q8', 'f16']);
});

test('the types that hold values exactly, the smallest first', () => {
  const types = (...given: number[]) => exactTypes(Float32Array.from(given));
  expect(types(0, 0.3, -0.3)).toEqual(['ternary', 'f32']);
  expect(types(0, 2, -2)).toEqual(['ternary', 'bf16', 'f16', 'f32']);
  expect(types(1, 2)).toEqual(['bf16', 'f16', 'f32']);
  expect(types(1, 2 ** 100)).toEqual(['bf16', 'f32']);
  expect(types(1, 1 + 2 ** -10)).toEqual(['f16', 'f32']);
  expect(types(1, 1 + 2 ** -20)).toEqual(['f32']);
  expect(types(1, NaN)).toEqual(['f32']);
});

test('ternary values are packed and come back; generated ones are packed as their header', () => {
  expect(packing.ternary.unpack(new Uint8Array(packing.ternary.pack(values).buffer), values.length)).toEqual(values);
  const header = Float32Array.of(1, 6);
  expect(packing.generated.pack(header)).toBe(header);
  expect([...packing.generated.unpack(new Uint8Array(header.buffer), 8)]).toEqual([-1, 0, 0, 0, 0, 0, 1, 1].map((v) => v + 0));
});
