import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { amountScale, at, countsScale, extentScale, linearScale, isBeyond, logScale, reach, reachRatio, roomyTicks, shareScale, tickRows, tickShift, timeScale, valueAt, wholeScale, wideLogScale } from './scale';

test('a linear scale starts and ends on ticks around its values', () => {
  const scale = linearScale(0.587, 0.892);
  expect([scale.min, scale.max]).toEqual([0.5, 0.9]);
  expect(scale.ticks).toEqual([0.5, 0.6, 0.7, 0.8, 0.9]);
});

test('round values are not much closer together than what was asked for', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.integer({ min: 2, max: 12 }), (low, span, count) => {
      const { ticks, min, max } = linearScale(low, low + span, count);
      expect([min, max]).toEqual([ticks[0], ticks.at(-1)]);
      expect([min <= low, max >= low + span]).toEqual([true, true]);
      expect((max - min) / (ticks.length - 1)).toBeGreaterThan((0.89 * span) / count);
    }),
  );
});

test('an axis of amounts never goes below nothing, and one of whole amounts has no halves', () => {
  expect(amountScale(0, 0, true)).toMatchObject({ min: 0, max: 1, ticks: [0, 1] });
  expect(amountScale(3, 3, true).ticks).toEqual([2, 3, 4]);
  expect(amountScale(0, 2, true).ticks).toEqual([0, 1, 2]);
  expect(amountScale(0.5, 2.25, true).ticks).toEqual([0, 1, 2, 3]);
  expect(amountScale(1, 16, true)).toMatchObject({ min: 0, max: 20 });
  expect(amountScale(-2, 7, false).min).toBe(0);
  expect(amountScale(0.003, 0.003, false)).toMatchObject({ min: 0, max: 0.006 });
  expect(amountScale(0, 0, false)).toMatchObject({ min: 0, max: 1 });
  expect(amountScale(40, 60, false)).toEqual(linearScale(40, 60, 4));
});

test('an axis of steps ends where the run ends', () => {
  expect(extentScale(318)).toMatchObject({ max: 318, ticks: [0, 100, 200, 300] });
  expect(extentScale(0).max).toBe(1);
});

test('an axis of a clock has ticks that differ, however short', () => {
  expect(wholeScale(0.14)).toMatchObject({ min: 0, max: 1, ticks: [0, 1] });
  expect(wholeScale(2.2).ticks).toEqual([0, 1, 2]);
  expect(wholeScale(318)).toEqual(extentScale(318));
});

test('an axis of no values has ticks all the same', () => {
  const none: number[] = [];
  expect(linearScale(Math.min(...none), Math.max(...none))).toMatchObject({ min: 0, max: 1 });
});

test('a log scale holds its values between its first and last tick', () => {
  for (const [low, high] of [[0.26, 2.3], [0.02, 9], [1.9, 2.31], [1, 1], [1e-9, 1e9], [2, 3e35]] as const) {
    const scale = logScale(low, high);
    expect(scale.min).toBeLessThanOrEqual(low * 1.001);
    expect(scale.max).toBeGreaterThanOrEqual(high * 0.999);
    expect(scale.ticks.length).toBeGreaterThan(2);
    expect(scale.ticks.length).toBeLessThan(10);
  }
});

test('positions and values are each other’s inverse', () => {
  for (const scale of [linearScale(0, 7), logScale(0.3, 40)]) expect(valueAt(scale, at(scale, 2))).toBeCloseTo(2, 9);
});

test('ticks around zero are exact', () => {
  for (const [low, high] of [[-0.12, 0.31], [-0.07, 0.58], [-3, 4]] as const) expect(linearScale(low, high).ticks).toContain(0);
});

test('an axis of accuracy is within 0 and 100 %, however few points and however wide their intervals', () => {
  for (const [low, high] of [[0.3, 0.3], [0, 0], [1, 1], [-0.4, 1.2], [0.66, 0.7]] as const) {
    const scale = shareScale(low, high);
    expect([scale.min >= 0, scale.max <= 1, scale.max > scale.min]).toEqual([true, true, true]);
    expect(scale.max - scale.min).toBeLessThanOrEqual(Math.max(0.2, 2 * (high - low)));
  }
});

test('an axis of shares is never tighter than what was counted can tell', () => {
  expect(shareScale(1, 1, 5)).toMatchObject({ min: 0, max: 1 });
  expect(shareScale(0.9, 1, 10).ticks).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(shareScale(0.8, 0.9, 10_000)).toEqual(shareScale(0.8, 0.9));
});

test('an axis of a few counts has its ticks where they are', () => {
  const scale = countsScale([16, 1, 4, 4]);
  expect(scale.ticks).toEqual([1, 4, 16]);
  expect(at(scale, 1)).toBeGreaterThan(0);
  expect(at(scale, 16)).toBeLessThan(1);
  expect(at(countsScale([4]), 4)).toBeCloseTo(0.5);
});

test('an axis of time starts no earlier than at 0, ends on a tick and has steps that clocks have', () => {
  expect(timeScale(97, 291).ticks).toEqual([60, 120, 180, 240, 300]);
  expect(timeScale(3, 4).ticks).toEqual([3, 4]);
  expect(timeScale(40, 40).ticks[0]).toBeGreaterThanOrEqual(0);
  expect(timeScale(0, 9 * 86_400).ticks.every((tick) => tick % 86_400 === 0)).toBe(true);
});

test('inside a decade the ends of a log scale are close around the values: short runs are not flattened', () => {
  for (const [low, high] of [[1.2, 5.5], [1.05, 2.3], [0.9, 2.31], [2.2, 2.35]] as const) {
    const scale = logScale(low, high);
    expect(at(scale, high) - at(scale, low), `${low} to ${high}`).toBeGreaterThan(0.6);
  }
});

test('words of ticks keep clear of each other, and round ones stay', () => {
  const scale = logScale(1930, 2_700_000);
  const roomy = roomyTicks(scale, 200, () => 40);
  for (const [i, tick] of roomy.entries()) if (i > 0) expect((at(scale, tick) - at(scale, defined(roomy[i - 1]))) * 200).toBeGreaterThanOrEqual(48);
  expect(roomy).toContain(100_000);
  expect(roomyTicks(linearScale(0, 10, 10), 200, () => 40)).toEqual([0, 3, 6, 9]);
  expect(roomyTicks(linearScale(0, 10), 900, () => 40)).toEqual([0, 2, 4, 6, 8, 10]);
});

test('ticks of a log axis that has little room are at regular steps', () => {
  // As wide as their words: 5 k to 500 k, and powers of ten of which one is wide.
  const widthOf = (tick: number) => 7 * `${tick >= 1000 ? `${tick / 1000} k` : tick}`.length;
  expect(roomyTicks(logScale(5000, 500_000), 180, widthOf)).toEqual([10_000, 100_000]);
  const decades = { min: 500, max: 2e6, log: true, ticks: [1e3, 1e4, 1e5, 1e6] };
  expect(roomyTicks(decades, 120, widthOf)).toEqual([1e3, 1e5]);
  expect(roomyTicks(decades, 300, widthOf)).toEqual(decades.ticks);
  expect(roomyTicks(countsScale([1, 2, 4, 8, 16]), 100, () => 20)).toEqual([1, 4, 16]);
});

test('places are all named, those without room beside the one before in a further row', () => {
  const scale = { ...linearScale(0, 100), ticks: [0, 20, 60, 100] };
  expect(tickRows(scale, 200, () => 60)).toEqual([0, 1, 0, 0]);
  expect(tickRows(scale, 900, () => 60)).toEqual([0, 0, 0, 0]);
  expect(tickRows({ ...scale, ticks: [0, 5, 10] }, 200, () => 60)).toEqual([0, 1, 2]);
});

test('counts at one budget are drawn as near to each other as they are', () => {
  const scale = wideLogScale(42_250, 42_390);
  expect(at(scale, 42_390) - at(scale, 42_250)).toBeLessThan(0.01);
  expect(wideLogScale(1000, 100_000)).toEqual(logScale(1000, 100_000));
});

test('intervals of ordinary size are whole; one that would flatten everything is cut', () => {
  // Means of 66 and 72 %, intervals of 1 and 3 points.
  expect(reach(0.66, 0.72, [0.65, 0.75])).toEqual([0.65, 0.75]);
  expect(reach(0.66, 0.72, [0.1, 1.3]).map((value) => value.toFixed(2))).toEqual(['0.63', '0.75']);
  expect(reachRatio(1, 4, [0.6, 5])).toEqual([0.6, 5]);
  expect(reachRatio(1, 4, [-1, 20])).toEqual([0.5, 8]);
});

test('an interval of shares that ends above all of them is not cut', () => {
  const scale = shareScale(0.8, 1);
  expect([isBeyond(scale, 1.04, true), isBeyond(scale, 1.04, false), isBeyond(scale, 0.5, true)]).toEqual([false, true, true]);
});

test('ticks keep clear of one that stands inside of the end of its axis', () => {
  const scale = linearScale(0, 3, 3);
  const [em, width] = [12, 60];
  const shift = (tick: number) => em * tickShift(100 * at(scale, tick), '1 min 45 s');
  expect(roomyTicks(scale, 220, () => width)).toEqual([0, 1, 2, 3]);
  expect(roomyTicks(scale, 220, () => width, shift)).toEqual([0, 2]);
});
