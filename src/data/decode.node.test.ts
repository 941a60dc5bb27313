import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { decodeImage } from './decode.node';
import { DataError } from './source';

const raw = (data: number[], width: number, height: number, channels: 1 | 3 | 4) => sharp(Uint8Array.from(data), { raw: { width, height, channels } });

describe('decoding in Node', () => {
  test('PNG and WebP without loss, grey, 16 bits, transparent over white', async () => {
    const rgb = [1, 2, 3, 40, 50, 60, 70, 80, 90, 255, 0, 128, 7, 7, 7, 9, 9, 9];
    for (const bytes of [await raw(rgb, 2, 3, 3).png().toBuffer(), await raw(rgb, 2, 3, 3).webp({ lossless: true }).toBuffer()]) {
      expect(await decodeImage(bytes, 'x')).toEqual({ width: 2, height: 3, data: Uint8Array.from(rgb) });
    }
    const grey = await decodeImage(await raw([0, 128, 255], 3, 1, 1).png().toBuffer(), 'x');
    expect([...grey.data]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255]);
    const deep = await decodeImage(await raw(rgb, 2, 3, 3).toColourspace('rgb16').png().toBuffer(), 'x');
    expect([...deep.data]).toEqual(rgb);
    const clear = await decodeImage(await raw([10, 20, 30, 255, 10, 20, 30, 0], 2, 1, 4).png().toBuffer(), 'x');
    expect([...clear.data]).toEqual([10, 20, 30, 255, 255, 255]);
  });

  test('JPEG is turned upright', async () => {
    const half = Array.from({ length: 16 * 8 }, (_, i) => (i % 16 < 8 ? [250, 250, 250] : [5, 5, 5])).flat();
    const bytes = await raw(half, 16, 8, 3).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const { width, height, data } = await decodeImage(bytes, 'x.jpg');
    expect([width, height]).toEqual([8, 16]);
    expect([defined(data[0]) > 200, defined(data[data.length - 1]) < 50]).toEqual([true, true]);
  });

  test('what cannot be decoded is named', async () => {
    const huge = await sharp({ create: { width: 11_000, height: 10_000, channels: 3, background: 'red' } }).png().toBuffer();
    await expect(decodeImage(huge, 'huge.png')).rejects.toThrow(/huge.png cannot be decoded/);
    await expect(decodeImage(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'a.png')).rejects.toThrow(/a.png cannot be decoded/);
    await expect(decodeImage(new Uint8Array(), 'a.png')).rejects.toThrow(DataError);
  });

  test('damage is an image or a DataError', async () => {
    const noise = Array.from({ length: 24 * 24 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    for (const good of [await raw(noise, 24, 24, 3).jpeg().toBuffer(), await raw(noise, 24, 24, 3).png().toBuffer()]) {
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length), fc.nat(good.length - 1), fc.nat(255), async (cut, at, value) => {
          const bytes = Uint8Array.from(good.subarray(0, cut));
          if (at < cut) bytes[at] = value;
          try {
            const { width, height, data } = await decodeImage(bytes, 'x');
            expect(data.length).toBe(width * height * 3);
          } catch (error) {
            if (!(error instanceof DataError)) throw error;
          }
        }),
        { numRuns: 150 },
      );
    }
  });
});
