import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from './checkpoint';
import { type Dtype, dtypeBytes, toF32 } from './dtype';
import { memoryTree } from './fileTree';
import { FormatError } from './formatError';
import { bytesAccess, openSafetensors, type TensorData, writeSafetensors } from './safetensors';
import { parseHeader } from './safetensorsHeader';

/** A file with any header text and data. */
function file(header: string | object, data = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}
const parse = (bytes: Uint8Array) => parseHeader(bytes, bytes.length);
const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

test('writes and reads back every dtype, in the order given', async () => {
  const arrays: [Dtype, ArrayBufferView][] = [
    ['U8', Uint8Array.of(1, 2, 255)], ['F32', Float32Array.of(1.5, -2, 3)], ['F16', Uint16Array.of(0x3c00, 0xc000, 1)],
    ['BF16', Uint16Array.of(0x3f80, 0xc000, 0)], ['F64', Float64Array.of(0.1, 2, -3)], ['I64', BigInt64Array.of(1n, -2n, 3n)],
    ['I32', Int32Array.of(1, -2, 3)], ['I16', Int16Array.of(1, -2, 3)], ['I8', Int8Array.of(1, -2, 3)],
    ['U16', Uint16Array.of(1, 2, 65535)], ['U32', Uint32Array.of(1, 2, 3)], ['BOOL', Uint8Array.of(0, 1, 1)],
  ];
  const tensors = new Map(arrays.map(([dtype, data]) => [`t.${dtype}`, { dtype, shape: [3], data }]));
  const bytes = writeSafetensors(tensors, { format: 'pt' });
  expect(writeSafetensors(tensors, { format: 'pt' })).toEqual(bytes);
  expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
  const opened = await openSafetensors(bytesAccess(bytes));
  expect(opened.metadata).toEqual({ format: 'pt' });
  expect(opened.names()).toEqual([...tensors.keys()]);
  expect(opened.info('t.F64')).toEqual({ dtype: 'F64', shape: [3], bytes: 24 });
  expect([...(await opened.readF32('t.F32'))]).toEqual([1.5, -2, 3]);
  expect([...(await opened.readF32('t.F16'))]).toEqual([1, -2, 2 ** -24]);
  expect([...(await opened.readF32('t.BF16'))]).toEqual([1, -2, 0]);
  expect([...(await opened.readF32('t.F64'))]).toEqual([Math.fround(0.1), 2, -3]);
  expect([...(await opened.readF32('t.I64'))]).toEqual([1, -2, 3]);
  expect([...(await opened.readF32('t.U16'))]).toEqual([1, 2, 65535]);
  expect([...(await opened.readF32('t.BOOL'))]).toEqual([0, 1, 1]);
  await expect(opened.read('absent')).rejects.toThrow('no tensor "absent"');
});

test('any tensors survive a round trip', async () => {
  const tensor = fc.tuple(fc.constantFrom('F32', 'U8', 'I64', 'BF16' as Dtype), fc.array(fc.nat(4), { maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string().filter((s) => s !== '__metadata__'), tensor), async (shapes) => {
      const tensors = new Map<string, TensorData>();
      for (const [name, [dtype, shape]] of Object.entries(shapes)) {
        const n = shape.reduce((a, b) => a * b, dtypeBytes[dtype]);
        tensors.set(name, { dtype, shape, data: Uint8Array.from({ length: n }, (_, i) => i * 7) });
      }
      const opened = await openSafetensors(bytesAccess(writeSafetensors(tensors)));
      expect(new Set(opened.names())).toEqual(new Set(tensors.keys()));
      for (const [name, { data, shape }] of tensors) {
        expect(opened.info(name).shape).toEqual(shape);
        expect(await opened.read(name)).toEqual(data);
      }
    }),
  );
});

describe('lies are refused with the values', () => {
  const data = new Uint8Array(16);
  const cases: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(), /0 bytes/],
    ['huge header', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 0), /claims .* bytes/],
    ['header beyond the end', Uint8Array.of(100, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d), /cut short/],
    ['not JSON', file('{"a":'), /not valid JSON/],
    ['not UTF-8', file('{}').map((b, i) => (i === 8 ? 0xff : b)), /not valid JSON/],
    ['an array', file('[]'), /not a JSON object/],
    ['deep nesting', file('['.repeat(1_000_000)), /JSON/],
    ['dtype', file({ a: { ...f32([4], 0, 16), dtype: 'Q4' } }, data), /dtype "\\"Q4\\""/],
    ['no dtype', file({ a: { shape: [4], data_offsets: [0, 16] } }, data), /dtype "null" is not one of/],
    ['prototype dtype', file({ a: { ...f32([4], 0, 16), dtype: 'toString' } }, data), /dtype/],
    ['negative dim', file({ a: f32([-4], 0, 16) }, data), /whole numbers/],
    ['fraction', file({ a: f32([1.5], 0, 16) }, data), /whole numbers/],
    ['huge dim', file({ a: f32([2 ** 32], 0, 16) }, data), /whole numbers/],
    ['shape overflow', file({ a: f32(Array<number>(40).fill(2 ** 31), 0, 16) }, data), /takes .* bytes/],
    ['size', file({ a: f32([3], 0, 16) }, data), /takes 12 bytes but data_offsets span 16/],
    ['beyond the end', file({ a: f32([8], 0, 32) }, data), /cut short/],
    ['backwards', file({ a: f32([4], 16, 0) }, data), /backwards/],
    ['overlap', file({ a: f32([4], 0, 16), b: f32([1], 4, 8) }, data), /"a" and "b" overlap/],
    ['gap', file({ a: f32([1], 0, 4), b: f32([1], 12, 16) }, data), /no gaps/],
    ['trailing bytes', file({ a: f32([1], 0, 4) }, data), /12 bytes after/],
    ['twice', file(`{"a":${JSON.stringify(f32([4], 0, 16))},"\\u0061":${JSON.stringify(f32([4], 0, 16))}}`, data), /"a" twice/],
    ['metadata', file({ __metadata__: { a: 1 } }), /strings/],
    ['entry', file({ a: null }), /not an object/],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => parse(bytes)).toThrow(FormatError);
    expect(() => parse(bytes)).toThrow(message);
  });
});

test('scalars, empty tensors and a tensor called __proto__ are fine', () => {
  const header = parse(file(`{"__proto__":${JSON.stringify(f32([], 0, 4))},"e":${JSON.stringify(f32([0, 5], 4, 4))}}`, new Uint8Array(4)));
  expect([...header.tensors.keys()]).toEqual(['__proto__', 'e']);
});

test('a damaged file is a FormatError or still reads within its bounds', async () => {
  const good = writeSafetensors({
    'a.weight': { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) },
    b: { dtype: 'F16', shape: [4], data: new Uint16Array(4) },
  });
  const damage = fc.record({
    cut: fc.nat(good.length),
    flips: fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ cut, flips }) => {
      const bytes = good.slice(0, cut);
      for (const [at, value] of flips) if (at < cut) bytes[at] = value;
      let asked = 0;
      try {
        const opened = await openSafetensors({
          size: bytes.length,
          read: async (start, end) => {
            asked += end - start;
            return bytes.subarray(start, end);
          },
        });
        for (const name of opened.names()) await opened.readF32(name);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
      expect(asked).toBeLessThanOrEqual(2 * bytes.length + 8);
    }),
    { numRuns: 3000 },
  );
});

test('non-finite weights are named and counted', async () => {
  const data = Float32Array.of(1, NaN, Infinity, -Infinity, 2);
  const opened = await openSafetensors(bytesAccess(writeSafetensors({ w: { dtype: 'F32', shape: [5], data } })));
  expect((await opened.readF32('w')).length).toBe(5);
  await expect(opened.readF32Checked('w')).rejects.toThrow('Tensor "w" holds 1 NaN and 2 infinite values out of 5');
});

test('misaligned bytes are widened too', () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 2.5, true);
  expect(toF32(bytes.subarray(1, 5), 'F32')[0]).toBe(2.5);
});

test('the writer checks shapes', () => {
  expect(() => writeSafetensors({ a: { dtype: 'F32', shape: [3], data: new Float32Array(2) } })).toThrow('takes 12 bytes but the data has 8');
});

describe('checkpoints', () => {
  const shard = (name: string, v: number) => writeSafetensors({ [name]: { dtype: 'F32', shape: [1], data: Float32Array.of(v) } });
  const index = (map: object) => new TextEncoder().encode(JSON.stringify({ metadata: { total_size: 8 }, weight_map: map }));
  const two = { a: 'model-1.safetensors', b: 'model-2.safetensors' };

  test('one file and shards read alike', async () => {
    const one = await openCheckpoint(memoryTree('m', { 'model.safetensors': shard('a', 1) }));
    expect(await one.readF32('a')).toEqual(Float32Array.of(1));
    const many = await openCheckpoint(
      memoryTree('m', { 'model.safetensors.index.json': index(two), 'model-1.safetensors': shard('a', 1), 'model-2.safetensors': shard('b', 2) }),
    );
    expect(many.names()).toEqual(['a', 'b']);
    expect(await many.readF32Checked('b')).toEqual(Float32Array.of(2));
  });

  test.each([
    ['pickle', { 'pytorch_model.bin': new Uint8Array() }, /Python pickle/],
    ['nothing', { 'config.json': new Uint8Array() }, /neither model.safetensors nor/],
    ['missing shard', { 'model.safetensors.index.json': index(two), 'model-1.safetensors': shard('a', 1) }, /"model-2.safetensors", which is missing/],
    ['path in index', { 'model.safetensors.index.json': index({ a: '../x.safetensors' }) }, /not a safetensors file of the same folder/],
    ['lying index', { 'model.safetensors.index.json': index({ z: 'model-1.safetensors' }), 'model-1.safetensors': shard('a', 1) }, /does not hold it/],
    ['index without map', { 'model.safetensors.index.json': new TextEncoder().encode('{}') }, /weight_map/],
    ['damaged', { 'model.safetensors': shard('a', 1).slice(0, 30) }, /^model.safetensors: /],
  ])('%s is refused', async (_, files, message) => {
    const opening = openCheckpoint(memoryTree('m', files));
    await expect(opening).rejects.toThrow(FormatError);
    await expect(opening).rejects.toThrow(message);
  });
});
