import { describe, expect, test, vi } from 'vitest';
import { defined } from '../../numbers/defined';
import { mustOpen } from '../../testing/checkOp';
import { endurance, growthOf } from '../../testing/chaos/endurance';
import { gpu } from '../../testing/dawn';
import { Clock } from '../../train/loop';

test('a short form of `npm run chaos -- endurance`: nothing grows with the steps', async () => {
  const { held, summary } = await endurance(await mustOpen(gpu()), 200);
  expect(held.map(({ step }) => step)).toEqual([20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
  expect(growthOf(held)).toBe('');
  expect(summary.steps).toBe(200);
});

test('what grows is found', () => {
  const flat = [1, 2, 3].map((step) => ({ step, gpu: 100, js: 5e6 }));
  expect(growthOf(flat)).toBe('');
  expect(growthOf(flat.map((one) => ({ ...one, gpu: 100 * one.step })))).toMatch(/200 bytes on the device at step 2/);
  expect(growthOf(flat.map((one) => ({ ...one, js: 1e7 * one.step })))).toMatch(/JavaScript holds 30000000 bytes at step 3/);
});

describe('a clock that jumps', () => {
  /** Seconds that a clock counts of steps between these moments, in seconds. */
  const counted = (moments: number[]) => {
    const now = vi.spyOn(performance, 'now');
    try {
      now.mockReturnValue(1000 * defined(moments[0]));
      const clock = new Clock(8);
      const ms = moments.slice(1).map((at) => {
        now.mockReturnValue(1000 * at);
        return clock.tick();
      });
      return { ms, seconds: clock.seconds, left: clock.secondsLeft(10), rate: clock.imagesPerSecond };
    } finally {
      now.mockRestore();
    }
  };

  test('an hour asleep is no step of an hour', () => {
    const { ms, seconds, left, rate } = counted([0, 2, 4, 3604, 3606]);
    expect(ms).toEqual([2000, 2000, 2000, 2000]);
    expect([seconds, left, rate]).toEqual([8, 20, 4]);
  });

  test('a clock that goes back takes no time away', () => {
    const { seconds, left, rate } = counted([100, 102, 104, 4, 6]);
    expect([seconds, left, rate]).toEqual([8, 20, 4]);
  });

  test('slow steps count, and so does a first one that compiles for minutes', () => {
    expect(counted([0, 300, 301, 302]).seconds).toBe(302);
    expect(counted([0, 10, 20, 120]).seconds).toBe(120);
  });
});
