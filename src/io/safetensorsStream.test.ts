import { describe, expect, test } from 'vitest';
import { memoryTree } from './fileTree';
import { FormatError } from './formatError';
import { bytesAccess, openSafetensors, safetensorsBytes, safetensorsParts, streamScratch, treeAccess, writeSafetensors, type RandomAccess, type TensorData, type TensorToWrite } from './safetensors';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const two: Record<string, TensorData> = {
  a: { dtype: 'F32', shape: [2, 1], data: Float32Array.of(1, -2) },
  b: { dtype: 'U8', shape: [3], data: Uint8Array.of(7, 8, 9, 10).subarray(1) },
};

describe('writing', () => {
  test('the bytes are those that the format asks for', () => {
    const json = '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}';
    const length = 8 * Math.ceil(json.length / 8);
    expect(length).toBeGreaterThan(json.length);
    const bytes = writeSafetensors(two);
    expect([...bytes.subarray(0, 8)]).toEqual([length, 0, 0, 0, 0, 0, 0, 0]);
    expect(text(bytes.subarray(8, 8 + length))).toBe(json.padEnd(length));
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 8, 9, 10]);
  });

  test('without metadata there is no field of theirs', () => {
    const bytes = writeSafetensors({}, {});
    expect([...bytes]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d, 32, 32, 32, 32, 32, 32]);
    expect(text(writeSafetensors({}, { a: 'b' }))).toContain('{"__metadata__":{"a":"b"}}');
  });

  test.each<Record<string, string> | undefined>([undefined, {}, { step: '1' }])('its length and its parts are those of the whole: metadata %j', async (metadata) => {
    const tensors = new Map(Object.entries(two).map(([name, { dtype, shape, data }]): [string, TensorToWrite] => [name, { dtype, shape, read: async () => data }]));
    const whole = writeSafetensors(two, metadata);
    const parts: Uint8Array[] = [];
    for await (const part of safetensorsParts(tensors, metadata)) parts.push(part);
    expect(parts.map((part) => part.byteLength)).toEqual([whole.byteLength - 11, 8, 3]);
    expect(parts.flatMap((part) => [...part])).toEqual([...whole]);
    expect(safetensorsBytes([...tensors], metadata)).toBe(whole.byteLength);
  });

  test('what cannot be written is refused', () => {
    expect(() => writeSafetensors(new Map([['__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array() }]]))).toThrow(FormatError);
    expect(() => writeSafetensors({ a: { dtype: 'Q4' as 'F32', shape: [0], data: new Uint8Array() } })).toThrow(/unknown dtype "Q4"/);
    expect(() => writeSafetensors({ a: { dtype: 'F32', shape: [1, 2], data: new Uint8Array(9) } })).toThrow(/shape \[1, 2\] as F32 takes 8 bytes but the data has 9/);
  });
});

describe('reading', () => {
  test('a file of a tree, of which only what is asked for is read', async () => {
    const asked: [number, number][] = [];
    const access = await treeAccess(memoryTree('m', { 'x/a.safetensors': writeSafetensors(two) }), 'x/a.safetensors');
    const file = await openSafetensors({ ...access, read: (start, end, into) => (asked.push([start, end]), access.read(start, end, into)) });
    const head = access.size - 11;
    expect(asked).toEqual([[0, 8], [0, head]]);
    expect([...(await file.read('b'))]).toEqual([8, 9, 10]);
    expect([...(await file.readRange('b', 1, 2))]).toEqual([9]);
    expect(asked.slice(2)).toEqual([[head + 8, head + 11], [head + 9, head + 10]]);
    expect([file.names(), file.has('a'), file.has('c')]).toEqual([['a', 'b'], true, false]);
    expect(() => file.info('c')).toThrow(/no tensor "c" \(it has 2\)/);
  });

  test('bytes of a tensor that are not its own are refused', async () => {
    const file = await openSafetensors(bytesAccess(writeSafetensors(two)));
    expect((await file.readRange('a', 0, 8)).byteLength).toBe(8);
    expect((await file.readRange('a', 8, 8)).byteLength).toBe(0);
    for (const [from, to] of [[-1, 4], [5, 4], [0, 9], [NaN, 4]] as const) await expect(file.readRange('a', from, to)).rejects.toThrow(/has 8 bytes; bytes/);
    await expect(file.readRange('c', 0, 0)).rejects.toThrow(FormatError);
  });

  test('a file that has become shorter, or never was whole', async () => {
    const bytes = writeSafetensors(two);
    const short: RandomAccess = { size: bytes.length, read: async (start, end) => bytes.subarray(start, Math.min(end, bytes.length - 1)) };
    const file = await openSafetensors(short);
    await expect(file.read('b')).rejects.toThrow(/but got 2: the file changed or is cut short/);
    await expect(openSafetensors(bytesAccess(bytes.subarray(0, 7)))).rejects.toThrow(/has 7 bytes, too few/);
  });

  test('memory that is given is passed on', async () => {
    const bytes = writeSafetensors(two);
    const given: (Uint8Array | undefined)[] = [];
    const file = await openSafetensors({ size: bytes.length, read: async (start, end, into) => (given.push(into), bytes.subarray(start, end)) });
    const into = new Uint8Array(3);
    await file.readRange('b', 0, 3, into);
    expect(given.map((one) => one === into)).toEqual([false, false, true]);
  });
});

describe('tensors of several pieces', () => {
  const bytes = writeSafetensors({ h: { dtype: 'F16', shape: [7], data: Uint16Array.of(0x3c00, 0xc000, 0x4000, 0, 0x3c00, 0x3c00, 0xc000) } });

  test('arrive in order, in memory that is taken once', async () => {
    const scratch = streamScratch(3);
    expect([scratch.bytes.length, scratch.floats.length]).toEqual([24, 3]);
    const given: (Uint8Array | undefined)[] = [];
    const file = await openSafetensors({ size: bytes.length, read: async (start, end, into) => (given.push(into), bytes.subarray(start, end)) });
    const seen: [number, number[], boolean][] = [];
    await file.streamF32Checked('h', (values, offset) => void seen.push([offset, [...values], values.buffer === scratch.floats.buffer]), scratch);
    expect(seen).toEqual([[0, [1, -2, 2], true], [3, [0, 1, 1], true], [6, [-2], true]]);
    expect(given.slice(2).map((into) => into === scratch.bytes)).toEqual([true, true, true]);
    for (const all of [await file.readF32('h'), await file.readF32Checked('h')]) expect([...all]).toEqual([1, -2, 2, 0, 1, 1, -2]);
    // Nothing is read behind a last piece that is whole.
    given.length = 0;
    await file.streamF32Checked('h', () => {}, streamScratch(7));
    expect(given.length).toBe(1);
  });

  test('have a million elements each where nothing else is said', async () => {
    const PIECE = 1024 * 1024;
    const large = writeSafetensors({ f: { dtype: 'F32', shape: [PIECE + 1], data: new Float32Array(PIECE + 1) } });
    const head = large.length - 4 * (PIECE + 1);
    let asked: (number | undefined)[] = [];
    const file = await openSafetensors({ size: large.length, read: async (start, end, into) => (asked = [start, end, into?.length], into ? new Uint8Array() : large.subarray(start, end)) });
    await expect(file.readF32Checked('f')).rejects.toThrow(/cut short/);
    expect(asked).toEqual([head, head + 4 * PIECE, 4 * PIECE]);
    const scratch = streamScratch();
    expect([scratch.bytes.length, scratch.floats.length]).toEqual([8 * PIECE, PIECE]);
  });

  test('a small one takes no more memory than it has bytes', async () => {
    const small = writeSafetensors(two);
    const given: (number | undefined)[] = [];
    const file = await openSafetensors({ size: small.length, read: async (start, end, into) => (given.push(into?.length), small.subarray(start, end)) });
    expect([...(await file.readF32Checked('b'))]).toEqual([8, 9, 10]);
    expect(given.slice(2)).toEqual([3]);
    const pieces: number[][] = [];
    for await (const piece of file.piecesF32Checked('a')) pieces.push([...piece]);
    expect(pieces).toEqual([[1, -2]]);
  });

  test('use is waited for before the next piece is read', async () => {
    const order: string[] = [];
    const file = await openSafetensors({ size: bytes.length, read: async (start, end) => (order.push('read'), bytes.subarray(start, end)) });
    order.length = 0;
    await file.streamF32Checked('h', async () => {
      await Promise.resolve();
      order.push('used');
    }, streamScratch(4));
    expect(order).toEqual(['read', 'used', 'read', 'used']);
  });

  test.each([
    [[NaN], '1 NaN and 0 infinite values out of 3'], [[Infinity], '0 NaN and 1 infinite values out of 3'], [[-Infinity, NaN, NaN], '2 NaN and 1 infinite values out of 3'],
  ])('%j is counted', async (given, message) => {
    const file = await openSafetensors(bytesAccess(writeSafetensors({ w: { dtype: 'F32', shape: [3], data: Float32Array.from([...given, 1, 1, 1]).slice(0, 3) } })));
    const seen: number[] = [];
    await expect(file.streamF32Checked('w', (values) => void seen.push(values.length))).rejects.toThrow(message);
    expect(seen).toEqual([3]);
  });
});
