import { unzipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { safetensorsParts, writeSafetensors } from './safetensors';
import { zipParts, type StreamedFile } from './zipWrite';

const collect = async (parts: AsyncIterable<Uint8Array>) => {
  const all: number[] = [];
  for await (const part of parts) all.push(...part);
  return Uint8Array.from(all);
};

describe('streamed files', () => {
  test('a zip of parts holds what the parts held, and the parts are asked for one by one', async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 4 }), async (contents) => {
        const files: StreamedFile[] = contents.map((p, i) => ({ path: `f${i}`, parts: p }));
        const unzipped = unzipSync(await collect(zipParts('folder', files)));
        expect(Object.keys(unzipped)).toEqual(contents.map((_, i) => `folder/f${i}`));
        contents.forEach((p, i) => expect([...defined(unzipped[`folder/f${i}`])]).toEqual(p.flatMap((x) => [...x])));
      }),
    );
  });

  test('safetensors in parts are the same bytes; nothing is read ahead', async () => {
    const reads: string[] = [];
    const data = { a: Float32Array.of(1, 2, 3), b: Uint8Array.of(7) };
    const shapes = { a: { dtype: 'F32' as const, shape: [3] }, b: { dtype: 'U8' as const, shape: [1] } };
    const tensors = new Map((['a', 'b'] as const).map((n) => [n, { ...shapes[n], read: () => (reads.push(n), data[n]) }]));
    const generator = safetensorsParts(tensors);
    const first = await generator.next();
    expect(reads).toEqual([]);
    await generator.next();
    expect(reads).toEqual(['a']);
    expect((first.value as Uint8Array).byteLength % 8).toBe(0);
    const whole = writeSafetensors({ a: { ...shapes.a, data: data.a }, b: { ...shapes.b, data: data.b } });
    expect(await collect(safetensorsParts(tensors))).toEqual(whole);
    await expect(collect(safetensorsParts(new Map([['a', { dtype: 'F32' as const, shape: [2], read: () => data.a }]])))).rejects.toThrow(/takes 8 bytes but the data has 12/);
  });
});
