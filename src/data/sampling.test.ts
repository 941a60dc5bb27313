import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { cropBox, flip, preprocessAugmented } from './augment';
import { Batches } from './batches';
import { parsePreprocess, preprocess } from './preprocess';
import { limitedIndices } from './limit';
import { fewShot, Random, shuffle, stratified } from './random';
import type { RgbImage } from './source';

const seeded = (seed: number) => (label: number) => new Random(seed, label);

describe('random', () => {
  test('the sequence is fixed for ever', () => {
    const random = new Random(42, 1);
    expect(Array.from({ length: 4 }, () => random.next())).toMatchInlineSnapshot(`
      [
        438262994,
        3118834168,
        4162016692,
        4110664314,
      ]
    `);
    expect([...shuffle(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), new Random(7))]).toMatchInlineSnapshot(`
      [
        5,
        3,
        0,
        2,
        1,
        6,
        4,
        7,
      ]
    `);
  });

  test('keys, their order, their number and high bits all matter', () => {
    const first = (...keys: number[]) => new Random(...keys).next();
    expect(new Set([first(0), first(1), first(0, 1), first(1, 0), first(0, 0), first(2 ** 32), first(-1), first()]).size).toBe(8);
  });

  test('below() is even, uniform() stays inside', () => {
    const random = new Random(3);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const drawn = random.below(7);
      counts[drawn] = defined(counts[drawn]) + 1;
    }
    // 5 standard deviations of a binomial with p = 1/7
    for (const n of counts) expect(Math.abs(n - 10_000)).toBeLessThan(5 * Math.sqrt((70_000 * 6) / 49));
    let sum = 0;
    for (let i = 0; i < 10_000; i++) {
      const u = random.uniform(-1, 3);
      expect(u >= -1 && u < 3).toBe(true);
      sum += u;
    }
    expect(sum / 10_000).toBeCloseTo(1, 1);
  });

  test('few-shot takes so many of each class, and does not mind other classes', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 4);
    const chosen = fewShot(labels, 5, seeded(1));
    expect(chosen.length).toBe(20);
    for (let c = 0; c < 4; c++) expect([...chosen].filter((i) => labels[i] === c)).toHaveLength(5);
    expect(fewShot(labels, 5, seeded(1))).toEqual(chosen);
    expect(fewShot(labels, 5, seeded(2))).not.toEqual(chosen);
    const merged = fewShot(labels.map((l) => Math.min(l, 2)), 5, seeded(1));
    expect([...merged].filter((i) => labels[i] === 0)).toEqual([...chosen].filter((i) => labels[i] === 0));
    expect(fewShot([0, 0, 1], 9, seeded(1))).toEqual(Uint32Array.of(0, 1, 2));
  });

  test('a stratified draw takes every class, in proportion, and keeps what a smaller one took', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 8 }), fc.integer({ min: 1, max: 200 }), fc.nat(), (sizes, most, seed) => {
        const labels = sizes.flatMap((n, label) => new Array<number>(n).fill(label));
        const taken = stratified(labels, most, seeded(seed));
        const all = new Set(taken);
        expect([all.size, [...taken]]).toEqual([Math.min(most, labels.length), [...all].sort((a, b) => a - b)]);
        for (const i of stratified(labels, Math.ceil(most / 2), seeded(seed))) expect(all.has(i)).toBe(true);
        const counts = sizes.map((_, label) => [...taken].filter((i) => labels[i] === label).length);
        if (most >= sizes.length) for (const n of counts) expect(n).toBeGreaterThan(0);
        // Adams' method: no image of one class could change places with one of another and lie nearer to the shares.
        counts.forEach((n, a) => counts.forEach((m, b) => n > 1 && m < defined(sizes[b]) && expect((n - 1) / defined(sizes[a])).toBeLessThanOrEqual(m / defined(sizes[b]))));
      }),
      { numRuns: 100 },
    );
  });

  test('the draw of a limit is fixed for ever, and the first images are those of before', () => {
    const labels = Array.from({ length: 40 }, (_, i) => Math.floor(i / 10));
    expect([...limitedIndices(labels, 8, 'stratified')]).toMatchInlineSnapshot(`
      [
        0,
        1,
        17,
        19,
        24,
        25,
        31,
        34,
      ]
    `);
    expect([...limitedIndices(labels, 5, 'first')]).toEqual([0, 1, 2, 3, 4]);
    expect(limitedIndices(labels, 50, 'stratified')).toHaveLength(40);
  });
});

describe('batches', () => {
  const options = fc.record({ count: fc.integer({ min: 1, max: 50 }), batch: fc.integer({ min: 1, max: 20 }), seed: fc.nat(), last: fc.constantFrom('drop' as const, 'wrap' as const) });

  test('a step decides its batch alone; an epoch shows no image twice before it has shown all', () => {
    fc.assert(
      fc.property(options, fc.nat(200), (o, step) => {
        const batches = new Batches(o);
        const batch = batches.at(step);
        batches.at(step + 1000);
        expect(batches.at(step)).toEqual(batch);
        expect(new Batches(o).at(step)).toEqual(batch);
        expect(batch.indices.length).toBe(o.batch);
        const { epoch } = batch;
        const from = epoch * batches.stepsPerEpoch;
        const seen = Array.from({ length: batches.stepsPerEpoch }, (_, i) => [...batches.at(from + i).indices]).flat();
        const fresh = seen.slice(0, o.count);
        expect(new Set(fresh).size).toBe(fresh.length);
        if (o.last === 'wrap' || o.count < o.batch) expect(new Set(seen).size).toBe(o.count);
      }),
    );
  });

  test('epochs differ, and so do seeds', () => {
    const of = (seed: number) => new Batches({ count: 64, batch: 64, seed, last: 'drop' });
    expect(of(1).at(0).indices).not.toEqual(of(1).at(1).indices);
    expect(of(1).at(0).indices).not.toEqual(of(2).at(0).indices);
    expect(() => new Batches({ count: 0, batch: 4, seed: 0, last: 'drop' })).toThrow('0 images');
  });
});

describe('augment', () => {
  const image: RgbImage = { width: 40, height: 30, data: Uint8Array.from({ length: 3600 }, (_, i) => (i * 7919) % 251) };
  const config = parsePreprocess({ size: { height: 16, width: 16 }, image_processor_type: 'ViTImageProcessor' });

  test('the box lies inside, with half to all of the area and an allowed ratio', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [l, t, r, b] = cropBox(400, 300, new Random(seed));
        expect(l >= 0 && t >= 0 && r <= 400 && b <= 300).toBe(true);
        const area = ((r - l) * (b - t)) / 120_000;
        // Rounding to pixels moves both a little.
        expect(area > 0.49 && area < 1.01).toBe(true);
        expect((r - l) / (b - t)).toBeGreaterThan(0.74);
        expect((r - l) / (b - t)).toBeLessThan(1.35);
      }),
    );
    expect(cropBox(1000, 1, new Random(1))).toEqual([499, 0, 500, 1]);
  });

  test('depends on seed, epoch and index, and on nothing else', () => {
    const run = (seed: number, epoch: number, index: number) => preprocessAugmented(image, config, { crop: true, flip: true, seed }, epoch, index);
    expect(run(1, 2, 3)).toEqual(run(1, 2, 3));
    expect(run(1, 2, 3).length).toBe(3 * 16 * 16);
    for (const other of [run(2, 2, 3), run(1, 3, 3), run(1, 2, 4)]) expect(other).not.toEqual(run(1, 2, 3));
  });

  test('switched off it is preprocess; flip alone gives the image or its mirror, evenly', () => {
    const plain = preprocess(image, config);
    expect(preprocessAugmented(image, config, { crop: false, flip: false, seed: 1 }, 0, 0)).toEqual(plain);
    let mirrored = 0;
    for (let i = 0; i < 200; i++) {
      const out = preprocessAugmented(image, config, { crop: false, flip: true, seed: 1 }, 0, i);
      if (out[0] !== plain[0] || out[1] !== plain[1]) mirrored++;
    }
    expect(mirrored).toBeGreaterThan(70);
    expect(mirrored).toBeLessThan(130);
    expect(flip(flip(image))).toEqual(image);
    expect([...flip(image).data.subarray(0, 3)]).toEqual([...image.data.subarray(117, 120)]);
  });
});
