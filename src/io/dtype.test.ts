import { expect, test } from 'vitest';
import { type Dtype, dtypeBytes, isDtype, toF32 } from './dtype';

test('elements of every type, where they lie aligned and where not', () => {
  const cases: [Dtype, ArrayBufferView, number[]][] = [
    ['F32', Float32Array.of(1.5, -2), [1.5, -2]], ['F16', Uint16Array.of(0x3c00, 0xc000), [1, -2]], ['BF16', Uint16Array.of(0x3f80, 0xc000), [1, -2]],
    ['F64', Float64Array.of(0.1, -1e300), [Math.fround(0.1), -Infinity]], ['I64', BigInt64Array.of(-1n, 2n ** 53n + 1n), [-1, 2 ** 53]],
    ['I32', Int32Array.of(-1, 2 ** 24 + 1), [-1, 2 ** 24]], ['I16', Int16Array.of(-1, 300), [-1, 300]], ['I8', Int8Array.of(-1, 127), [-1, 127]],
    ['U32', Uint32Array.of(2 ** 32 - 1, 3), [2 ** 32, 3]], ['U16', Uint16Array.of(65535, 3), [65535, 3]], ['U8', Uint8Array.of(255, 3), [255, 3]], ['BOOL', Uint8Array.of(0, 1), [0, 1]],
  ];
  expect(new Set(cases.map(([dtype]) => dtype))).toEqual(new Set(Object.keys(dtypeBytes)));
  for (const [dtype, { buffer, byteLength }, want] of cases) {
    expect(byteLength, dtype).toBe(2 * dtypeBytes[dtype]);
    for (const at of [0, 1, 8]) {
      // What is behind the elements, be it less than one more, is left out.
      const bytes = new Uint8Array(at + byteLength + (dtypeBytes[dtype] > 1 ? 1 : 0));
      bytes.set(new Uint8Array(buffer as ArrayBuffer), at);
      expect([...toF32(bytes.subarray(at), dtype)], `${dtype} at ${at}`).toEqual(want);
    }
  }
});

test('floats are a view where that can be, and halves go into memory that is given', () => {
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  expect(toF32(bytes.subarray(4), 'F32').buffer).toBe(bytes.buffer);
  expect(toF32(bytes.subarray(4), 'F32').byteOffset).toBe(4);
  expect(toF32(bytes.subarray(1, 5), 'F32').buffer).not.toBe(bytes.buffer);
  for (const [dtype, one] of [['F16', 0x3c00], ['BF16', 0x3f80]] as const) {
    const out = Float32Array.of(7, 7, 7);
    const made = toF32(new Uint8Array(Uint16Array.of(one, one).buffer), dtype, out);
    expect([...made]).toEqual([1, 1]);
    expect([...out]).toEqual([1, 1, 7]);
  }
});

test('names of types', () => {
  expect(['F32', 'BOOL', 'f32', 'toString', '', null, 4, ['F32']].map(isDtype)).toEqual([true, true, false, false, false, false, false, false]);
});
