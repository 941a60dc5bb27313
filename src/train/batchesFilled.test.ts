import { describe, expect, test } from 'vitest';
import { preprocessAugmented } from '../data/augment';
import { drawBeta, drawMix, mixes, mixInto } from '../data/mix';
import { parsePreprocess } from '../data/preprocess';
import { Random } from '../data/random';
import { DataError, type Split } from '../data/source';
import { EngineError } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { planMemory } from '../engine/plan';
import { Recorder } from '../engine/record';
import type { TextTower } from '../models/model';
import type { HostBatch } from '../tasks/task';
import { completeTrain } from './config';
import { feedBatches, fixedBatches, fixedTexts, measuredFeed, mostMeasured, rowsMeasured, splitBatches, trainBatches, type BatchSource } from './feeds';
import { ImageFeed, type Feed } from './images';
import { batchesInParts, fitted, inParts, partsOf, type Divided } from './microBatches';
import { mixedBatches } from './mixing';
import type { KnownModel } from './openModel';
import type { Programs } from './programs';

/** Quick tests of what batches hold, in numbers. */
const config = completeTrain({ batch: 2, seed: 4 });

const reads = kernel('reads', '@group(0) @binding(0) var<storage, read> x: array<f32>;');

/** A feed whose rows are their numbers, and epochs a hundred each. */
const numbered = (count: number, others?: number): Feed => ({
  fill: async (indices, epoch, { labels }) => labels?.set(Array.from(indices, (i) => 100 * epoch + i)),
  labels: Array.from({ length: count }, (_, i) => i),
  labelsOf: (indices, epoch) => Array.from(indices, (i) => 100 * epoch + i),
  ...(others !== undefined && { others: { feed: numbered(others), count: others, scores: () => ({}) } }),
});
const filled = async (source: BatchSource, at: number, rows: number) => {
  const batch = { labels: new Uint32Array(rows) };
  await source.fill(at, batch);
  return [...batch.labels];
};

describe('batches of a split', () => {
  const split = { count: 5 } as Split;

  test('are filled up at the end of each epoch, and are known by number', async () => {
    const source = feedBatches(numbered(5), split, config);
    expect([source.count, source.steps, source.labels]).toEqual([5, null, [0, 1, 2, 3, 4]]);
    const all = await Promise.all([0, 1, 2, 3].map((at) => filled(source, at, 2)));
    expect(all).toEqual([[3, 0], [2, 1], [4, 3], [102, 104]]);
    expect([0, 1, 2, 3].map((at) => source.labelsAt(at))).toEqual(all);
  });

  test('count the rows that are measured besides', () => {
    const feedOf = ({ count }: Split) => numbered(count, count === 5 ? 4 : undefined);
    expect([rowsMeasured(split), rowsMeasured(split, numbered(5, 3)), mostMeasured([]), mostMeasured([split, { count: 7 } as Split]), mostMeasured([split, { count: 7 } as Split], feedOf)]).toEqual([5, 8, 0, 7, 9]);
  });

  test('are of images where nothing else is said, cropped and turned in training alone', async () => {
    const image = { width: 8, height: 8, data: Uint8Array.from({ length: 192 }, (_, i) => (37 * i) % 251) };
    const images: Split = { count: 2, labels: Uint16Array.of(0, 1), image: () => image };
    const preprocess = parsePreprocess({ size: { height: 2, width: 2 }, image_processor_type: 'ViTImageProcessor' });
    const model = { preprocess, net: { image_size: 2 } } as unknown as KnownModel;
    expect([measuredFeed(images, model, 2) instanceof ImageFeed, measuredFeed(images, model, 2, () => numbered(2))]).toEqual([true, expect.objectContaining({ labels: [0, 1] })]);
    const own = numbered(2);
    expect(trainBatches(images, model, config, () => own).labels).toBe(own.labels);
    for (const source of [trainBatches(images, model, config), splitBatches(images, preprocess, 2, config)]) expect(Array.from(source.labels)).toEqual([0, 1]);
    const pixels = async (source: BatchSource, size: number) => {
      const batch = { pixel_values: new Float32Array(2 * 3 * size * size) };
      await source.fill(0, batch);
      return [...batch.pixel_values];
    };
    const augmented = { ...config, crop: true, flip: true };
    const order = splitBatches(images, preprocess, 2, config).labelsAt(0);
    expect(await pixels(splitBatches(images, preprocess, 2, augmented), 2)).toEqual(Array.from(order, (i) => [...preprocessAugmented(image, preprocess, augmented, 0, i)]).flat());
    for (const [image_size, size] of [[0, 2], [4, 4]] as const) expect(await pixels(trainBatches(images, model, { ...config, image_size }), size)).toEqual(await pixels(splitBatches(images, preprocess, size, config), size));
  });
});

describe('batches of a file', () => {
  const pixels = Float32Array.from({ length: 48 }, (_, i) => i);
  const labels = Float32Array.of(2, 0, 1, 2);

  test('are replayed in order', async () => {
    const source = fixedBatches(pixels, [2, 2, 3, 2, 2], labels, 3);
    expect(source).toMatchObject({ count: 4, steps: 2, batch: 2, size: [2, 2], labels });
    const batch = { pixel_values: new Float32Array(24), labels: new Uint32Array(2) };
    await source.fill(1, batch);
    expect([[...batch.pixel_values], [...batch.labels], Array.from(source.labelsAt(1)), Array.from(source.labelsAt(0))]).toEqual([[...pixels.subarray(24)], [1, 2], [1, 2], [2, 0]]);
    await source.fill(0, { pixel_values: batch.pixel_values });
    expect([...batch.pixel_values]).toEqual([...pixels.subarray(0, 24)]);
  });

  test.each<[number[], number[], RegExp]>([
    [[2, 2, 3, 2], [2, 0, 1, 2], /must be \(S, B, 3, H, W\)/], [[2, 2, 1, 1, 2], [2, 0, 1, 2], /must be/], [[2, 2, 3, 1, 2], [2, 0, 1], /3 labels for 2 batches of 2/], [[2, 2, 3, 1, 2], [2, 0, 1, 3], /a label 3; .* 0 to 2/], [[2, 2, 3, 1, 2], [2, 0, -1, 2], /a label -1/], [[2, 2, 3, 1, 2], [2, 0.5, 1, 2], /a label 0\.5/],
  ])('%j with labels %j are refused', (shape, of, message) => {
    expect(() => fixedBatches(pixels, shape, Float32Array.from(of), 3)).toThrow(DataError);
    expect(() => fixedBatches(pixels, shape, Float32Array.from(of), 3)).toThrow(message);
  });

  const tower = { max_tokens: 3, vocab_size: 10, endOf: (ids: ArrayLike<number>) => Array.from(ids).indexOf(9) } as unknown as TextTower;
  const ids = Float32Array.of(1, 9, 0, 9, 0, 0, 1, 2, 9, 3, 9, 0);
  test('bring texts of their own, which end where they say', () => {
    const texts = fixedTexts(ids, [2, 2, 3], { steps: 2, batch: 2 }, tower);
    const [out, ends] = [new Uint32Array(6), new Uint32Array(2)];
    texts.fill(1, new Uint32Array(2), out, ends);
    expect([texts.tokens, [...out], [...ends]]).toEqual([3, [1, 2, 9, 3, 9, 0], [2, 1]]);
    texts.fill(0, new Uint32Array(2), out, ends);
    expect([[...out], [...ends]]).toEqual([[1, 9, 0, 9, 0, 0], [1, 0]]);
    expect(fixedTexts(new Float32Array(4), [2, 2, 1], { steps: 2, batch: 2 }, tower).tokens).toBe(1);
  });

  test.each<[number[], number[], RegExp]>([
    [[2, 2], [...ids], /must be/], [[2, 2, 3, 1], [...ids], /must be/], [[2, 6], [...ids], /must be \(2, 2, T\) with at most 3/], [[1, 2, 3], [...ids], /must be/], [[2, 1, 3], [...ids], /must be/], [[2, 2, 0], [], /must be/], [[2, 2, 4], [...ids], /must be/], [[2, 2, 3], [10], /a token 10; .* 0 to 9/], [[2, 2, 3], [-1], /a token -1/], [[2, 2, 3], [1.5], /a token 1\.5/],
  ])('texts %j of %j are refused', (shape, of, message) => {
    expect(() => fixedTexts(Float32Array.from(of), shape, { steps: 2, batch: 2 }, tower)).toThrow(DataError);
    expect(() => fixedTexts(Float32Array.from(of), shape, { steps: 2, batch: 2 }, tower)).toThrow(message);
  });
});

describe('mixing', () => {
  test('is drawn, and the same for ever', () => {
    expect([0.2, 1, 4].map((a) => drawBeta(a, new Random(7)))).toEqual([0.9999997992714377, 0.9276179388834149, 0.5891050852737405]);
    const random = new Random(11);
    expect(Array.from({ length: 4000 }, () => drawBeta(0.2, random)).reduce((sum, share) => sum + share, 0)).toBe(2000.27145360021);
    const draw = (mixup_alpha: number, cutmix_alpha: number) => [1, 2, 3, 4].map((seed) => drawMix({ mixup_alpha, cutmix_alpha }, 20, 12, new Random(seed)));
    expect(draw(0.4, 1)).toEqual([{ share: 1 - 55 / 240, box: [0, 7, 11, 12] }, { share: 0.986161235054947, box: null }, { share: 0.0077734674697464545, box: null }, { share: 1 - 56 / 240, box: [0, 0, 7, 8] }]);
    expect(draw(0, 1)).toEqual([{ share: 1 - 160 / 240, box: [2, 0, 18, 10] }, { share: 1 - 16 / 240, box: [0, 8, 4, 12] }, { share: 1 - 91 / 240, box: [7, 5, 20, 12] }, { share: 1 - 48 / 240, box: [0, 2, 8, 8] }]);
    expect(draw(0.4, 0)[0]).toEqual({ share: 0.15045648569061865, box: null });
    expect([mixes({ mixup_alpha: 0, cutmix_alpha: 0 }), mixes({ mixup_alpha: 0.1, cutmix_alpha: 0 }), mixes({ mixup_alpha: 0, cutmix_alpha: 0.1 })]).toEqual([false, true, true]);
  });

  test('cuts in one half of all draws, which ends below the middle', () => {
    const cuts = (first: number) => {
      const random = new Random(1);
      const draws = [first];
      const uniform = random.uniform.bind(random);
      random.uniform = (...range) => draws.pop() ?? uniform(...range);
      return drawMix({ mixup_alpha: 1, cutmix_alpha: 1 }, 20, 12, random).box !== null;
    };
    expect([0, 0.49, 0.5, 0.99].map(cuts)).toEqual([true, true, false, false]);
  });

  test('is of all pixels by a share, or of a box in each plane', () => {
    const of = (from: number) => Float32Array.from({ length: 24 }, (_, i) => from + i);
    const [weighted, cut] = [of(0), of(0)];
    mixInto(weighted, of(100), { share: 0.75, box: null }, 4, 3);
    expect([...weighted]).toEqual([...of(25)]);
    mixInto(cut, of(100), { share: 0, box: [1, 1, 3, 3] }, 4, 3);
    expect([...cut]).toEqual([...of(0)].map((v) => ([5, 6, 9, 10, 17, 18, 21, 22].includes(v) ? 100 + v : v)));
  });

  const source = (B: number): BatchSource => ({
    count: 1000, steps: null, labels: [7], labelsAt: () => [],
    fill: async (at, batch) => {
      for (let b = 0; b < B; b++) batch.labels?.fill(10 * at + b, b, b + 1);
      batch.pixel_values?.forEach((_, i) => batch.pixel_values?.fill(100 * at + i, i, i + 1));
    },
  });
  const rows = (B: number, floats: number) => ({ pixel_values: new Float32Array(B * floats), labels: new Uint32Array(B), other_labels: new Uint32Array(B), shares: new Float32Array(B) });

  test('partners lie as far from the end of a step as from its start, and the label that counts more stands first', async () => {
    const train = { mixup_alpha: 0.4, cutmix_alpha: 0, accumulate: 3, seed: 1 };
    const mixed = mixedBatches(source(2), train, [2, 3, 1, 1]);
    expect(mixed.labels).toEqual([7]);
    const found: unknown[] = [];
    for (const at of [3, 4, 5, 6]) {
      const batch = rows(2, 3);
      await mixed.fill(at, batch);
      found.push([[...batch.labels], [...batch.other_labels], batch.shares[0], batch.shares[0] === batch.shares[1], batch.pixel_values[0]]);
    }
    const [first, second] = [0.8987241983413696, 0.9001784920692444];
    expect(found).toEqual([
      [[51, 50], [30, 31], first, true, 482.4410095214844], [[41, 40], [40, 41], first, true, 402.6961669921875], [[31, 30], [50, 51], first, true, 322.9513244628906],
      [[60, 61], [81, 80], second, true, 620.2637939453125],
    ]);
    const none = source(2);
    expect(mixedBatches(none, { ...train, mixup_alpha: 0 }, [2, 3, 1, 1])).toBe(none);
  });

  test('boxes lie where they were drawn in pictures that are not square', async () => {
    const boxed = async (seed: number) => {
      const batch = rows(1, 3 * 4 * 6);
      await mixedBatches(source(1), { mixup_alpha: 0, cutmix_alpha: 1, accumulate: 2, seed }, [1, 3, 4, 6]).fill(0, batch);
      return [[...batch.pixel_values].flatMap((v, i) => (v === i ? [] : [i])), batch.labels[0], batch.other_labels[0], batch.shares[0]];
    };
    expect(await boxed(3)).toEqual([[2, 3, 8, 9, 26, 27, 32, 33, 50, 51, 56, 57], 0, 10, Math.fround(20 / 24)]);
  });
});

describe('a batch in parts', () => {
  test('has those divisions, the fewest first', () => {
    expect([partsOf(12), partsOf(12, 3), partsOf(12, 12), partsOf(7, 2), partsOf(7, 8)]).toEqual([[1, 2, 3, 4, 6, 12], [3, 4, 6, 12], [12], [7], []]);
    expect(inParts({ batch: 12, accumulate: 2, memory_limit: 5 }, 3)).toEqual({ batch: 4, accumulate: 6, memory_limit: 5 });
  });

  test('is filled once, and handed on in order; what failed is filled again', async () => {
    const asked: number[] = [];
    let fails = true;
    const source: BatchSource = {
      count: 9, steps: null, labels: [], labelsAt: (at) => Array.from({ length: 6 }, (_, i) => 10 * at + i),
      fill: async (at, batch) => {
        asked.push(at);
        for (const [name, data] of Object.entries(batch)) data.set(Array.from(data, (_, i) => 100 * at + i + (name === 'labels' ? 0.5 : 0)));
        if (at === 3 && fails) throw new Error('not now');
      },
    };
    const like: HostBatch = { pixel_values: new Float32Array(4), labels: new Uint32Array(2) };
    expect(batchesInParts(source, 1, like)).toBe(source);
    const parts = batchesInParts(source, 3, like);
    const fill = async (at: number) => {
      await parts.fill(at, like);
      return Object.values(like).map((data) => [...data]);
    };
    const fresh = batchesInParts(source, 3, like);
    await fresh.fill(4, like);
    expect([...(like.labels ?? [])]).toEqual([102, 103]);
    asked.length = 0;
    expect([parts.count, parts.labelsAt(7), parts.labelsAt(6)]).toEqual([9, [22, 23], [20, 21]]);
    expect([await fill(7), await fill(8), await fill(0), await fill(6)]).toEqual([[[204, 205, 206, 207], [202, 203]], [[208, 209, 210, 211], [204, 205]], [[0, 1, 2, 3], [0, 1]], [[200, 201, 202, 203], [200, 201]]]);
    expect(asked).toEqual([2, 0, 2]);
    await expect(fill(9)).rejects.toThrow('not now');
    expect(await fill(4)).toEqual([[104, 105, 106, 107], [102, 103]]);
    await expect(fill(9)).rejects.toThrow('not now');
    fails = false;
    expect([await fill(10), asked]).toEqual([[[304, 305, 306, 307], [302, 303]], [2, 0, 2, 3, 1, 3, 3]]);
  });

  describe('that fits', () => {
    const MIB = 2 ** 20;
    const limits = (maxBufferSize: number) => ({ limits: { maxBufferSize } }) as unknown as Parameters<typeof fitted>[1];
    /** Programs whose largest buffer has a MiB for each row of a part. */
    const record = (asked: Divided[] = [], { whole = false, beyond = Infinity, fault = new EngineError('shape', 'too large') }: { whole?: boolean; beyond?: number; fault?: Error } = {}) => (of: Divided): Programs => {
      asked.push(of);
      if (of.batch > beyond) throw fault;
      const rec = new Recorder();
      rec.program('p', () => rec.emit(reads, { tensors: { x: rec.declare('input', 'rows', [of.batch, MIB / 4]) }, grid: [1] }));
      rec.advise = () => `Take ${of.batch}.`;
      return { rec, objective: { ...(whole && { whole }) } } as unknown as Programs;
    };
    const train: Divided = { batch: 12, accumulate: 2, memory_limit: 0 };

    test.each<[string, Divided, Parameters<typeof fitted>[1], number | undefined, number]>([
      ['whole', train, undefined, undefined, 1], ['whole where there is just room', train, limits(12 * MIB), undefined, 1], ['in as few parts as fit', train, limits(12 * MIB - 1), undefined, 2], ['in a third', train, limits(5 * MIB), undefined, 3], ['in no fewer than are asked for', train, limits(5 * MIB), 5, 6],
      ['by a limit of its own', { ...train, memory_limit: 5 }, undefined, undefined, 3], ['by the lower of two limits', { ...train, memory_limit: 100 }, limits(2 * MIB), undefined, 6],
    ])('is %s', (_, config, device, least, parts) => {
      const asked: Divided[] = [];
      const found = fitted(config, device, record(asked), least);
      expect([found.parts, asked.at(-1), asked.length]).toEqual([parts, { ...config, batch: 12 / parts, accumulate: 2 * parts }, partsOf(12, least).indexOf(parts) + 1]);
    });

    test('is whole where it takes all of its limit', () => {
      const lent = planMemory(record()({ ...train, batch: 1 }).rec).total - MIB;
      const rec = new Recorder();
      rec.program('p', () => rec.emit(reads, { tensors: { x: rec.declare('input', 'rows', [(7 * MIB - lent) / 4]) }, grid: [1] }));
      expect(planMemory(rec).total).toBe(7 * MIB);
      const parts = (memory_limit: number) => fitted({ ...train, memory_limit }, undefined, ({ batch }) => (batch === 12 ? ({ rec, objective: {} } as unknown as Programs) : record()({ ...train, batch }))).parts;
      expect([parts(7), parts(6)]).toEqual([1, 3]);
    });

    test('in no number of parts is in as few as there may be, with the advice of the smallest', () => {
      const found = fitted(train, limits(1), record());
      expect([found.parts, found.programs.rec.advise?.({}, false)]).toEqual([1, 'Take 1.']);
      expect(fitted(train, limits(1), record(), 2).parts).toBe(2);
    });

    test('is sought among what can be recorded', () => {
      expect(fitted(train, undefined, record([], { beyond: 5 })).parts).toBe(3);
      for (const what of [EngineError, 'too large']) expect(() => fitted(train, undefined, record([], { beyond: 0 }))).toThrow(what);
      expect(fitted(train, limits(1), record([], { beyond: 5 })).parts).toBe(3);
      const asked: Divided[] = [];
      expect(() => fitted(train, undefined, record(asked, { beyond: 5, fault: new TypeError('a fault') }))).toThrow(TypeError);
      expect(asked).toHaveLength(1);
    });

    test('is whole or none where its rows are compared with one another', () => {
      const asked: Divided[] = [];
      expect(fitted(train, undefined, record(asked, { whole: true })).parts).toBe(1);
      expect(() => fitted(train, limits(1), record(asked, { whole: true }))).toThrow(/A batch of 12 does not fit, and it cannot be divided: .* Take 12\./);
      expect(() => fitted(train, undefined, record(asked, { whole: true }), 2)).toThrow(expect.objectContaining({ kind: 'out-of-memory' }));
      expect(asked.map(({ batch }) => batch)).toEqual([12, 12, 6]);
    });
  });
});
