import { describe, expect, test } from 'vitest';
import { FormatError } from '../formatError';
import { decodeRecord, encodeRecord } from './values';

const bytesOf = (parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const there = (value: unknown) => {
  const { json, parts } = encodeRecord(value);
  return decodeRecord(JSON.parse(json), bytesOf(parts));
};

test('records as text and bytes', () => {
  const texts: [unknown, string][] = [
    [null, 'null'], [undefined, 'null'], [1, '1'], ['a', '"a"'], [true, 'true'], [[1, [2]], '[1,[2]]'], [{ a: undefined, b: null }, '{"b":null}'], [[undefined], '[null]'],
    [NaN, '{"$":"NaN"}'], [[Infinity, -Infinity], '[{"$":"Infinity"},{"$":"-Infinity"}]'], [{ $: 1, a: NaN, b: undefined }, '{"$":"object","of":[["$",1],["a",{"$":"NaN"}]]}'],
    [{ a: Float32Array.of(1, 2), b: [new Uint8Array(0)] }, '{"a":{"$":"Float32Array","n":2},"b":[{"$":"Uint8Array","n":0}]}'],
  ];
  for (const [value, json] of texts) expect(encodeRecord(value).json).toBe(json);
  const views = encodeRecord([Uint16Array.of(9, 1, 2, 9).subarray(1, 3), Uint8Array.of(3)]).parts;
  expect(views.map((part) => [...part])).toEqual([[1, 0, 2, 0], [3]]);
  const own = Uint8Array.of(1, 2);
  expect(encodeRecord(own).parts[0]?.buffer).toBe(own.buffer);
});

test('what comes back', () => {
  const arrays = [Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array].map((kind) => kind.of(1, 2, 3));
  for (const value of [...arrays, arrays, NaN, Infinity, -Infinity, { $: 'NaN' }, { $: 'object', of: [] }, { a: { $: 1 } }, [[]], {}, 'x', false, null, { n: 3, of: [1] }]) expect(there(value)).toEqual(value);
  const odd = there(JSON.parse('{"__proto__":{"a":1}}')) as object;
  expect([Object.keys(odd), Object.getPrototypeOf(odd)]).toEqual([['__proto__'], Object.prototype]);
});

test('an array that is not written is an error, not a hole', () => {
  expect(() => encodeRecord({ a: new DataView(new ArrayBuffer(2)) })).toThrow(/DataView/);
  expect(() => encodeRecord([BigInt64Array.of(1n)])).toThrow(/BigInt64Array/);
});

test('bytes that are one array are taken as they are, and copied otherwise', () => {
  const floats = { $: 'Float32Array', n: 1 };
  const whole = new Uint8Array(Float32Array.of(1.5).buffer);
  const alone = decodeRecord(floats, whole) as Float32Array;
  expect([alone.buffer === whole.buffer, ...alone]).toEqual([true, 1.5]);
  const longer = new Uint8Array(12);
  longer.set(whole, 4);
  for (const view of [longer.subarray(4, 8), new Uint8Array(longer.buffer.slice(4), 0, 4)]) {
    const copied = decodeRecord(floats, view) as Float32Array;
    expect([copied.buffer === view.buffer, copied.length, ...copied]).toEqual([false, 1, 1.5]);
  }
  const two = decodeRecord([floats, floats], Uint8Array.of(...whole, ...whole)) as Float32Array[];
  expect(two.map((one) => [one.buffer.byteLength, ...one])).toEqual([[4, 1.5], [4, 1.5]]);
  const behind = decodeRecord([{ $: 'Uint8Array', n: 0 }, floats], whole) as [Uint8Array, Float32Array];
  expect([behind[0].length, ...behind[1]]).toEqual([0, 1.5]);
});

describe('damage', () => {
  const nested = (depth: number, of: (inner: unknown) => unknown) => Array.from({ length: depth }).reduce((inner) => of(inner), 1 as unknown);
  const shapes: [string, (inner: unknown) => unknown][] = [['arrays', (inner) => [inner]], ['objects', (inner) => ({ a: inner })], ['objects with a sign', (inner) => ({ $: 'object', of: [['a', inner]] })]];
  test.each(shapes)('%s in one another have an end', (_, of) => {
    expect(() => decodeRecord(nested(64, of), new Uint8Array())).not.toThrow();
    expect(() => decodeRecord(nested(65, of), new Uint8Array())).toThrow(/nested too deep/);
  });

  test.each<[string, unknown, number, RegExp]>([
    ['a length that is a text', { $: 'Uint8Array', n: '1' }, 1, /no length/], ['no length', { $: 'Uint8Array' }, 0, /no length/], ['a length below 0', { $: 'Uint8Array', n: -1 }, 0, /no length/], ['half a length', { $: 'Uint8Array', n: 0.5 }, 0, /no length/], ['a length without end', { $: 'Uint8Array', n: 1e300 }, 0, /no length/],
    ['one byte too few', { $: 'Float32Array', n: 2 }, 7, /Float32Array of 2 values is not there/], ['a second array too many', [{ $: 'Uint8Array', n: 2 }, { $: 'Uint8Array', n: 1 }], 2, /Uint8Array of 1 values is not there/],
    ['bytes too many', { $: 'Uint8Array', n: 1 }, 2, /names 1 of its 2 bytes/], ['bytes of nothing', {}, 1, /names 0 of its 1 bytes/],
    ['a sign that is a number', { $: 3 }, 0, /unknown kind/], ['a sign that is not known', { $: 'BigInt64Array', n: 0 }, 0, /unknown kind/], ['a sign in a list', { $: ['NaN'] }, 0, /unknown kind/], ['an array by a sign in a list', { $: ['Uint8Array'], n: 0 }, 0, /unknown kind/], ['a sign of every object', { $: 'constructor' }, 0, /unknown kind/], ['another', { $: 'toString', n: 0 }, 0, /unknown kind/],
    ['an object that is none', { $: 'object' }, 0, /unknown kind/], ['fields that are a text', { $: 'object', of: 'ab' }, 0, /unknown kind/], ['fields of three', { $: 'object', of: [['a', 1, 2]] }, 0, /unknown kind/], ['fields of one', { $: 'object', of: [['a']] }, 0, /unknown kind/],
    ['fields without a name', { $: 'object', of: [[1, 2]] }, 0, /unknown kind/], ['fields that are no list', { $: 'object', of: [{ length: 2, 0: 'a' }] }, 0, /unknown kind/], ['one such field of two', { $: 'object', of: [['a', 1], [1, 2]] }, 0, /unknown kind/], ['fields of another sign', { $: 'map', of: [] }, 0, /unknown kind/],
  ])('%s', (_, json, bytes, message) => {
    expect(() => decodeRecord(json, new Uint8Array(bytes))).toThrow(FormatError);
    expect(() => decodeRecord(json, new Uint8Array(bytes))).toThrow(message);
  });
});
