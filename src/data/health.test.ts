import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { randomNormal } from '../testing/checkOp';
import { exactHash, fingerprint, hamming } from './fingerprint';
import { checkHealth } from './health';
import { resize } from './resize';
import { findSimilar } from './similar';
import { DataError, type Dataset, type RgbImage, type Split } from './source';

/** A smooth picture, another one for each seed. */
function picture(seed: number, width = 64, height = 48): RgbImage {
  const random = randomNormal(seed + 1);
  const coarse = { width: 6, height: 6, data: Uint8Array.from({ length: 108 }, () => Math.max(0, Math.min(255, 128 + 60 * random()))) };
  return resize(coarse, width, height, 'bicubic');
}
/** As a photo that was saved again. */
function noisy(image: RgbImage, by: number, seed = 7): RgbImage {
  const random = randomNormal(seed);
  return { ...image, data: image.data.map((v) => Math.max(0, Math.min(255, v + by * random()))) };
}
function splitOf(images: (RgbImage | string)[], part: string): Split {
  return {
    count: images.length,
    labels: Uint16Array.from(images, (_, i) => i % 2),
    name: (i) => `${part}/${i}`,
    image(i) {
      const image = defined(images[i]);
      if (typeof image === 'string') throw new DataError(image);
      return image;
    },
  };
}
const setOf = (train: (RgbImage | string)[], test: (RgbImage | string)[], val?: (RgbImage | string)[]): Dataset => ({
  name: 's', title: 's', classes: ['a', 'b'], licence: '', source: '', train: splitOf(train, 'train'), test: splitOf(test, 'test'), ...(val && { val: splitOf(val, 'val') }),
});
const many = (n: number, from = 0) => Array.from({ length: n }, (_, i) => picture(from + i));
const names = (list: { pairs: { a: { name: string }; b: { name: string } }[] }) => list.pairs.map(({ a, b }) => `${a.name} ${b.name}`).sort();

describe('health', () => {
  test('finds equal, resized and noisy copies, within a split and across, and nothing else', async () => {
    const train = many(60);
    train[10] = defined(train[3]); // equal, another label
    train[11] = noisy(defined(train[5]), 2);
    const health = await checkHealth(setOf(train, [...many(20, 100), defined(train[7]), resize(defined(train[8]), 32, 24, 'bilinear')], [noisy(defined(train[9]), 1), picture(200)]));
    expect(names(health.duplicates)).toEqual(['train/3 train/10']);
    expect(names(health.near)).toEqual(['train/5 train/11']);
    expect([names(health.leaks), names(health.nearLeaks)]).toEqual([['train/7 test/20'], ['train/8 test/21', 'train/9 val/0']]);
    expect(health.leaks.pairs.find((p) => p.b.name === 'test/20')).toMatchObject({ exact: true, bits: 0 });
    expect(health.warnings).toEqual([
      expect.stringMatching(/^3 pairs of the same or nearly the same image in different splits \(train\/7 and test\/20, .*\): accuracy on validation or test examples will flatter.$/),
      'The same image has different labels: train/3 is b, train/10 is a, train/7 is b, test/20 is a.',
      '1 image is there more than once: train/3 and train/10.',
      '1 pair within a split is nearly the same: train/5 and train/11.',
    ]);
  });

  test('files that do not decode are named; lists stay short', async () => {
    const bad = Array.from({ length: 300 }, (_, i) => `bad ${i}`);
    const health = await checkHealth(setOf([...many(4), ...bad], many(2, 50)));
    expect(health.unreadable.train).toHaveLength(300);
    expect(health.failures).toHaveLength(200);
    expect(health.failures[0]).toEqual({ image: { split: 'train', index: 4, name: 'train/4', label: 0 }, reason: 'bad 0' });
    expect(defined(health.warnings[0])).toBe('300 images cannot be read and will be left out: bad 0, bad 1, bad 2, bad 3, bad 4 and 295 more');
    const copies = await checkHealth(setOf(new Array<RgbImage>(5000).fill(picture(1, 8, 8)), [picture(1, 8, 8)]));
    expect([copies.duplicates.total, copies.duplicates.pairs.length, copies.leaks.total]).toEqual([4999, 4999, 1]);
  });

  test('a limit spreads, progress counts, a signal cancels', async () => {
    const set = setOf(many(40), many(10, 100));
    const seen: [number, number][] = [];
    const health = await checkHealth(set, { limit: 5, progress: (done, total) => seen.push([done, total]) });
    expect([health.looked, health.images, seen.length, seen.at(-1)]).toEqual([10, 50, 10, [10, 10]]);
    expect((await checkHealth(set, { limit: 0 })).looked).toBe(0);
    const abort = new AbortController();
    const running = checkHealth(set, { signal: abort.signal, progress: (done) => done === 3 && abort.abort() });
    await expect(running).rejects.toThrow(/abort/i);
  });

  test('10,000 images: the search compares few of all pairs', async () => {
    const random = randomNormal(3);
    const print = () => ({ exact: '', low: (random() * 2 ** 31) | 0, high: (random() * 2 ** 31) | 0, thumb: Uint8Array.from({ length: 216 }, () => 128 + 40 * random()) });
    const prints = Array.from({ length: 10_000 }, print);
    const original = defined(prints[77]);
    prints[9000] = { ...original, low: original.low ^ 0b1011, high: original.high ^ (0b11 << 20) };
    const pairs: unknown[] = [];
    let pauses = 0;
    expect(await findSimilar(prints, (pair) => pairs.push(pair), async () => void pauses++)).toBe(true);
    expect(pairs).toEqual([{ a: 77, b: 9000, bits: 5 }]);
    expect(pauses).toBeLessThan(30); // of a million comparisons each; all pairs would be 50 of them
  });

  test('a set made to collide ends, and says so', async () => {
    const thumb = new Uint8Array(216);
    const prints = Array.from({ length: 8000 }, (_, i) => ({ exact: '', low: 0, high: i % 2 ? -1 : 0, thumb: i % 3 ? thumb : thumb.map(() => i % 251) }));
    let found = 0;
    expect(await findSimilar(prints, () => found++, async () => {})).toBe(false);
    expect(found).toBeGreaterThan(0);
  });
});

describe('fingerprint', () => {
  test('any size; one changed pixel changes the exact hash', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (width, height, at, by) => {
        const image = noisy({ width, height, data: new Uint8Array(width * height * 3).fill(128) }, 40, at);
        const print = fingerprint(image);
        expect(print.thumb).toHaveLength(216);
        expect(hamming(print, fingerprint(image))).toBe(0);
        const other = { ...image, data: image.data.slice() };
        other.data[at % other.data.length] = defined(other.data[at % other.data.length]) ^ by;
        expect(exactHash(other)).not.toBe(print.exact);
      }),
    );
    expect(hamming({ low: 0, high: -1 }, { low: -1, high: 0 })).toBe(64);
  });
});
