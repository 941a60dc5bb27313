import { describe, expect, test } from 'vitest';
import { FormatError } from './formatError';
import { headerLength, maxHeaderBytes, parseHeader } from './safetensorsHeader';

/** A file with any header text and so many bytes of data. */
function file(header: string | object, data = 0): Uint8Array {
  const json = header instanceof Uint8Array ? header : new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const parse = (header: string | object, data = 0) => {
  const bytes = file(header, data);
  return parseHeader(bytes, bytes.length);
};
const u8 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: 'U8', shape, data_offsets: [begin, end] });

describe('the length of a header', () => {
  const first = (...bytes: number[]) => Uint8Array.from({ length: 8 }, (_, i) => bytes[i] ?? 0);
  test('is a number of eight bytes, the lowest first, wherever they lie', () => {
    expect(headerLength(first(1, 2), 1000)).toBe(0x201);
    expect(headerLength(Uint8Array.of(9, 9, ...first(5)).subarray(2), 13)).toBe(5);
    expect(headerLength(first(), 8)).toBe(0);
  });

  test('is no more than the file has, and than any header has', () => {
    expect(headerLength(first(92), 100)).toBe(92);
    expect(() => headerLength(first(93), 100)).toThrow(/claims 93 bytes but the file has only 100/);
    const most = new Uint8Array(8);
    const view = new DataView(most.buffer);
    view.setUint32(0, maxHeaderBytes, true);
    expect(headerLength(most, 1e9)).toBe(25_000_000);
    view.setUint32(0, maxHeaderBytes + 1, true);
    expect(() => headerLength(most, 1e9)).toThrow(/claims 25000001 bytes \(at most 25000000/);
    expect(() => headerLength(first(0, 0, 0, 0, 1), 1e12)).toThrow(/claims 4294967296 bytes/);
    expect(() => headerLength(first(), 7)).toThrow(/has 7 bytes/);
    expect(() => headerLength(new Uint8Array(7), 100)).toThrow(FormatError);
  });
});

test('tensors, their places in the file, and metadata', () => {
  const header = { __metadata__: { format: 'pt' }, b: u8([2, 3], 4, 10), a: { dtype: 'F32', shape: [], data_offsets: [0, 4] }, z: u8([0, 2 ** 32 - 1], 10, 10) };
  const at = file(header).length;
  expect(parse(header, 10)).toEqual({
    metadata: { format: 'pt' },
    dataStart: at,
    tensors: new Map([
      ['b', { dtype: 'U8', shape: [2, 3], start: at + 4, end: at + 10 }],
      ['a', { dtype: 'F32', shape: [], start: at, end: at + 4 }],
      ['z', { dtype: 'U8', shape: [0, 2 ** 32 - 1], start: at + 10, end: at + 10 }],
    ]),
  });
  expect(parse('{}').metadata).toEqual({});
  // Files may lie in a longer memory, and more than the header may be there.
  const bytes = file(header, 10);
  expect(parseHeader(Uint8Array.of(1, 2, 3, ...bytes).subarray(3), bytes.length).dataStart).toBe(at);
  expect(() => parseHeader(bytes.subarray(0, at - 1), bytes.length)).toThrow(new RegExp(`The header has ${at - 8} bytes but only ${at - 9} were read`));
  expect(parseHeader(bytes.subarray(0, at), bytes.length).tensors.size).toBe(3);
});

test('a tensor without elements may lie where another begins or ends', () => {
  expect(parse({ a: u8([2], 0, 2), none: u8([0], 0, 0), b: u8([1], 2, 3), nil: u8([0], 2, 2) }, 3).tensors.size).toBe(4);
  expect(parse({ a: u8(new Array(64).fill(1), 0, 1) }, 1).tensors.size).toBe(1);
});

test.each<[string, string | object, number, RegExp]>([
  ['null', 'null', 0, /not a JSON object/], ['a number', '3', 0, /not a JSON object/], ['a text', '"a"', 0, /not a JSON object/],
  ['a mark of byte order', '\ufeff{}', 0, /not valid JSON/],
  ['a name that is not in UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, ...new TextEncoder().encode(`${JSON.stringify(u8([0], 0, 0))}}`)), 0, /not valid JSON/],
  ['null for an entry', { a: null }, 0, /entry is not an object/], ['an entry that is its name', { a: 'a' }, 0, /entry is not an object/], ['a dtype that is not known', { a: { ...u8([1], 0, 1), dtype: 'U4' } }, 1, /dtype "\\"U4\\"" is not one of/],
  ['an entry that is a text', { a: 'x' }, 0, /entry is not an object/], ['an entry that is a number', { a: 1 }, 0, /entry is not an object/],
  ['a shape that is none', { a: u8('x', 0, 1) }, 1, /shape must be/], ['too many dimensions', { a: u8(new Array(65).fill(1), 0, 1) }, 1, /at most 64/],
  ['a dimension that is a text', { a: u8(['1'], 0, 1) }, 1, /shape must be/], ['a dimension among others', { a: u8([1, -1, 1], 0, 1) }, 1, /shape must be/],
  ['offsets that are none', { a: { dtype: 'U8', shape: [1], data_offsets: 1 } }, 1, /two whole numbers/], ['three offsets', { a: { dtype: 'U8', shape: [1], data_offsets: [0, 1, 1] } }, 1, /two whole numbers/],
  ['one offset', { a: { dtype: 'U8', shape: [1], data_offsets: [0] } }, 1, /two whole numbers/], ['an offset below 0', { a: u8([1], -1, 0) }, 1, /two whole numbers/], ['an offset that is a text', { a: u8([1], 0, '1') }, 1, /two whole numbers/],
  ['an offset too large to be exact', { a: u8([1], 0, 2 ** 53) }, 1, /two whole numbers/],
  ['offsets that run backwards', { a: u8([0], 1, 0) }, 1, /\[1, 0\] run backwards/], ['one byte too many', { a: u8([2], 0, 2) }, 1, /ends at byte \d+ but the file has only/],
  ['too many bytes', { a: u8([2, 2], 0, 3) }, 3, /\[2, 2\] as U8 takes 4 bytes but data_offsets span 3/], ['elements in no bytes', { a: u8([1], 0, 0) }, 0, /takes 1 bytes but data_offsets span 0/],
  ['bytes of no elements', { a: u8([2, 0], 0, 2) }, 2, /takes 0 bytes but data_offsets span 2/],
  ['an overlap of one byte', { b: u8([2], 1, 3), a: u8([2], 0, 2) }, 3, /"a" and "b" overlap/], ['the same place twice', { b: u8([2], 0, 2), a: u8([2], 0, 2) }, 2, /"b" and "a" overlap/],
  ['a gap of one byte', { b: u8([1], 2, 3), a: u8([1], 0, 1) }, 3, /1 bytes before tensor "b"/], ['a gap at the start', { a: u8([1], 1, 2) }, 2, /1 bytes before tensor "a"/],
  ['data of no tensor', {}, 2, /2 bytes after the last tensor/],
  ['metadata that are a list', { __metadata__: [] }, 0, /map names to strings/], ['metadata that are null', { __metadata__: null }, 0, /map names to strings/], ['metadata that are a text', { __metadata__: 'x' }, 0, /map names to strings/],
  ['one of the metadata', { __metadata__: { a: 'x', b: null } }, 0, /map names to strings/],
])('%s is refused', (_, header, data, message) => {
  expect(() => parse(header, data)).toThrow(FormatError);
  expect(() => parse(header, data)).toThrow(message);
});

describe('a name that stands there twice', () => {
  const a = JSON.stringify(u8([0], 0, 0));
  test.each([`{"a":${a},"a":${a}}`, `{"a" :${a},"b":${a}, "a"\n:\t${a}}`, `{"b":${a},"a":${a},"\\u0061":${a}}`, `{"__metadata__":{"a":"x"},"a":${a},"__metadata__":{}}`, `{"\\"":${a},"\\"":${a}}`, `{"":${a},"":${a}}`, `{"\\\\":${a},"\\\\":${a}}`, `{"{":${a},"{":${a}}`])('%s is refused', (header) => {
    expect(() => parse(header)).toThrow(/ twice/);
  });

  // Names of fields, values and what stands in texts are no names of tensors.
  test.each([`{"dtype":${a},"shape":${a}}`, `{"__metadata__":{"a":"a","b":"a"},"a":${a},"x":${a}}`, `{"__metadata__":{"x":"\\",\\"a\\":","y":"{","z":"}"},"a":${a}}`, `{"__metadata__":{"a":"__metadata__"},"a":${a}}`, `{"a\\"":${a},"a":${a},"a\\\\":${a}}`, `{"]":${a},"[":${a},"}":${a}}`])('%s is fine', (header) => {
    expect(parse(header).tensors.size).toBeGreaterThan(0);
  });
});
