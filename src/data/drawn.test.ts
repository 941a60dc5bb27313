import { describe, expect, test } from 'vitest';
import { Batches, type BatchOptions } from './batches';
import { limited, limitedIndices } from './limit';
import { partition } from './partition';
import { fewShot, Random, shuffle, stratified } from './random';
import { DataError, type Dataset, type RgbImage, type Split, type TextRow } from './source';
import { checkTrainable, grayToRgb, nameOf, perClass, subset, textsOf } from './split';
import { streams } from './streams';

/** Quick tests of what is drawn, in numbers: what a run is trained on is the same for ever. sampling.test.ts has its laws. */
const seeded = (seed: number) => (label: number) => new Random(seed, label);
const image = (i: number): RgbImage => ({ width: 1, height: 1, data: Uint8Array.of(i, 0, 0) });
const splitOf = (labels: readonly number[], names?: readonly string[]): Split => ({ count: labels.length, labels: Uint16Array.from(labels), image, ...(names && { name: (i: number) => names[i] ?? '' }) });

describe('numbers', () => {
  test('of each purpose are these', () => {
    const first = ({ next }: Random, random: Random) => next.call(random);
    const found = Object.entries(streams).map(([name, draw]: [string, (...keys: number[]) => Random]): [string, number] => {
      const random = draw(3, 2, 1);
      return [name, first(random, random)];
    });
    expect(Object.fromEntries(found)).toEqual({
      order: 1910863550, shots: 3696567497, held: 4010492394, validation: 1391844624, augmentation: 1717558557, mixing: 1108494477,
      captions: 2073127130, hidden: 1313236194, analysis: 948810173, token: 346529199, limit: 963123919, parts: 1910863550, pool: 1740521180, labelled: 301879811,
    });
  });

  test.each([[[], 2899526011], [[0], 1201662326], [[0, 0], 3906283419], [[2 ** 32], 237840667], [[2 ** 32 + 5, 7], 1351218594], [[-1], 1540231808], [[2 ** 53 - 1], 4034490924]])('of the keys %j begin with %d', (keys, first) => {
    expect(new Random(...keys).next()).toBe(first);
  });

  test('follow each other, lie in a range, and lie evenly below a bound', () => {
    const drawn = <T>(count: number, draw: (random: Random) => T) => {
      const random = new Random(5);
      return Array.from({ length: count }, () => draw(random));
    };
    expect(drawn(7, (random) => random.next())).toEqual([2526402032, 1918738812, 3176003510, 1694510893, 85113305, 2832548404, 1323797901]);
    expect(drawn(6, (random) => random.below(3))).toEqual([2, 0, 2, 1, 2, 1]);
    // Numbers from a bound on that is no multiple are drawn again.
    expect(drawn(4, (random) => random.below(2 ** 31 + 1))).toEqual([1918738812, 1694510893, 85113305, 1323797901]);
    expect([drawn(1, (random) => random.below(2526402032)), drawn(1, (random) => random.below(2526402033)), drawn(1, (random) => random.below(2 ** 32))]).toEqual([[1918738812], [2526402032], [2526402032]]);
    expect([drawn(1, (random) => random.uniform()), drawn(1, (random) => random.uniform(-1, 3)), drawn(1, (random) => random.uniform(2))]).toEqual([[2526402032 / 2 ** 32], [-1 + 4 * (2526402032 / 2 ** 32)], [2 - 2526402032 / 2 ** 32]]);
    const random = new Random(7);
    expect([...shuffle(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), random)]).toEqual([5, 3, 0, 2, 1, 6, 4, 7]);
    // One number for each place but the first.
    const same = new Random(7);
    for (let i = 0; i < 7; i++) same.next();
    expect(random.next()).toBe(same.next());
  });
});

describe('images', () => {
  const labels = [2, 0, 1, 2, 0, 2, 2, 1, 2, 0, 2, 2];

  test('of each class are so few, in order', () => {
    expect([...fewShot(labels, 2, seeded(1))]).toEqual([1, 2, 3, 4, 7, 8]);
    expect([...fewShot(labels, 5, seeded(1))]).toHaveLength(10);
  });

  test.each([
    [0, []], [1, [3]], [2, [1, 3]], [3, [1, 2, 3]], [4, [1, 2, 3, 8]], [5, [1, 2, 3, 6, 8]], [6, [1, 2, 3, 4, 6, 8]], [7, [1, 2, 3, 4, 5, 6, 8]], [8, [1, 2, 3, 4, 5, 6, 7, 8]], [20, labels.map((_, i) => i)],
  ])('of a limit of %d are of each class in proportion', (most, taken) => {
    expect([...stratified(labels, most, seeded(1))]).toEqual(taken);
  });

  test('of equal turns: the larger class first, then the lower', () => {
    expect([1, 2, 3].map((most) => [...stratified([1, 0, 1, 0, 2], most, seeded(1))])).toEqual([[3], [0, 3], [0, 3, 4]]);
  });

  test('of a limit by its rule', () => {
    const all = splitOf(labels);
    expect([...limitedIndices(labels, 3, 'first')]).toEqual([0, 1, 2]);
    expect([...limitedIndices(labels, 3, 'stratified')]).toEqual([...stratified(labels, 3, streams.limit)]);
    for (const rule of ['first', 'stratified'] as const) {
      expect([...limitedIndices(labels, 12, rule)]).toEqual(labels.map((_, i) => i));
      expect([limited(all, 12, rule) === all, limited(all, 13, rule) === all, [...limited(all, 11, rule).labels].length]).toEqual([true, true, 11]);
    }
  });

  test.each<[Partial<BatchOptions>, number, [epoch: number, position: number, indices: number[]][]]>([
    [{ last: 'drop' }, 2, [[0, 0, [3, 0, 4]], [0, 1, [2, 1, 6]], [1, 0, [4, 6, 2]], [1, 1, [3, 1, 5]]]],
    [{ last: 'wrap' }, 3, [[0, 0, [3, 0, 4]], [0, 1, [2, 1, 6]], [0, 2, [5, 3, 0]], [1, 0, [4, 6, 2]]]],
    [{ last: 'drop', count: 2, batch: 5 }, 1, [[0, 0, [0, 1, 0, 1, 0]], [1, 0, [0, 1, 0, 1, 0]], [2, 0, [1, 0, 1, 0, 1]]]],
    [{ last: 'wrap', count: 1, batch: 1 }, 1, [[0, 0, [0]], [1, 0, [0]]]],
  ])('of the batches of %j', (change, stepsPerEpoch, wanted) => {
    const batches = new Batches({ count: 7, batch: 3, seed: 4, last: 'wrap', ...change });
    expect(batches.stepsPerEpoch).toBe(stepsPerEpoch);
    const at = (step: number) => {
      const { epoch, position, indices } = batches.at(step);
      return [epoch, position, [...indices]];
    };
    expect(wanted.map((_, step) => at(step))).toEqual(wanted);
    for (const [step, one] of wanted.entries()) {
      const { epoch, position, indices } = new Batches({ count: 7, batch: 3, seed: 4, last: 'wrap', ...change }).at(step);
      expect([epoch, position, [...indices]]).toEqual(one);
    }
    // In whatever order they are asked for.
    expect(wanted.map((_, step) => at(wanted.length - 1 - step))).toEqual(wanted.toReversed());
  });

  test('without any, or in batches of none, there are no batches', () => {
    for (const change of [{ count: 0 }, { batch: 0 }, { batch: NaN }]) expect(() => new Batches({ count: 1, batch: 1, seed: 0, last: 'drop', ...change })).toThrow(RangeError);
  });

  test('are parted by class, seed and name alone', () => {
    const of = (classes: readonly number[], shares: { seed: number; val: number; test: number }, turned = false) => {
      const names = classes.map((_, i) => `${String.fromCharCode(97 + i)}.png`);
      const order = classes.map((_, i) => (turned ? classes.length - 1 - i : i));
      const parts = partition(splitOf(order.map((i) => classes[i] ?? 0), order.map((i) => names[i] ?? '')), shares);
      return [parts.train, parts.val, parts.test].map((indices) => indices.map((i) => order[i] ?? -1));
    };
    const ten = [0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    const thirds = { seed: 1, val: 0.3, test: 0.4 };
    const sorted = (parts: number[][]) => parts.map((part) => part.toSorted((a, b) => a - b));
    const parts = of(ten, thirds);
    expect(parts).toEqual([[0, 6, 7, 10], [1, 4, 5, 9], [2, 3, 8, 11, 12]]);
    expect(sorted(of(ten, thirds, true))).toEqual(parts);
    expect(of(ten, { ...thirds, seed: 2 })).not.toEqual(parts);
    const counts = (n: number, val: number, test: number) => of(new Array<number>(n).fill(0), { seed: 0, val, test }).map(({ length }) => length);
    // One stays to be trained on, and of two one is tested on.
    expect([counts(1, 0.5, 0.5), counts(2, 0, 0), counts(2, 0.9, 0.1), counts(3, 0, 1), counts(3, 1, 0.01), counts(10, 0, 0.25), counts(10, 0.25, 0.24), counts(10, 0.5, 0.5)]).toEqual([[1, 0, 0], [1, 0, 1], [1, 0, 1], [1, 0, 2], [1, 1, 1], [7, 0, 3], [5, 3, 2], [1, 4, 5]]);
  });
});

describe('splits', () => {
  const texts = textsOf([{ first: 'a', second: null }, { first: 'b', second: 'c' }] satisfies TextRow[]);

  test('of others have their images, names and texts', async () => {
    const named = subset(splitOf([4, 5, 6], ['x', 'y', 'z']), [2, 0]);
    expect([named.count, [...named.labels], nameOf(named, 0), nameOf(named, 1), (await named.image(0)).data[0], named.text]).toEqual([2, [6, 4], 'z', 'x', 2, undefined]);
    const bare = subset(splitOf([1, 2]), [1]);
    expect([bare.name, nameOf(bare, 0)]).toEqual([undefined, 'image 0']);
    const words = subset(texts, [1]);
    expect([texts.count, [...texts.labels], words.text?.(0)]).toEqual([2, [0, 0], { first: 'b', second: 'c' }]);
    await expect(words.image(0)).rejects.toThrow(/row 2 is a text/);
    await expect(words.image(0)).rejects.toThrow(DataError);
  });

  test('are counted by class, strata among them', () => {
    expect([perClass(splitOf([0, 2, 2]), 4), perClass(splitOf([0, 2, 2]), 1)]).toEqual([[1, 0, 2, 0], [1, undefined, 2]]);
  });

  test('grey is as much of each colour', () => {
    expect(grayToRgb(Uint8Array.of(1, 200), 2, 1)).toEqual({ width: 2, height: 1, data: Uint8Array.of(1, 1, 1, 200, 200, 200) });
  });

  const set = { title: 'S', classes: ['a', 'b'], train: splitOf([0, 1]), test: splitOf([0]) } satisfies Partial<Dataset>;
  const text = (labels: number[]): Split => ({ ...splitOf(labels), text: () => ({ first: '', second: null }) });
  test.each<[Partial<typeof set>, RegExp]>([
    [{ classes: [] }, /no classes/], [{ classes: ['a'] }, /one class \(a\).*folder/], [{ classes: ['a'], train: text([0, 0]) }, /one class \(a\).*texts/],
    [{ train: splitOf([]) }, /no training image/], [{ train: text([]) }, /no training text/], [{ train: splitOf([1]) }, /only one training image/], [{ train: text([1]) }, /only one training text/],
    [{ train: splitOf([1, 1]) }, /All 2 training images of S are of one class \(b\)/], [{ train: text([1, 1]) }, /All 2 training texts of S are of one class \(b\)/],
    [{ test: splitOf([]) }, /no test image/], [{ train: text([0, 1]), test: splitOf([]) }, /no test text/],
  ])('%j teach nothing', (change, message) => {
    expect(() => checkTrainable({ ...set, ...change })).toThrow(DataError);
    expect(() => checkTrainable({ ...set, ...change })).toThrow(message);
  });

  test('of two classes teach something', () => {
    expect(() => checkTrainable(set)).not.toThrow();
    expect(() => checkTrainable({ ...set, train: text([0, 1]) })).not.toThrow();
  });
});
