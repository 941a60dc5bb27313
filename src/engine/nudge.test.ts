import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { needsNudges, nudged } from './nudge';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A queue that finds work done only when something is submitted after it. */
const lazy = (ms: number) => {
  const from = performance.now();
  let done!: (at: number) => void;
  const work = new Promise<number>((resolve) => (done = resolve));
  const submit = vi.fn(() => {
    if (performance.now() >= from + ms) done(performance.now() - from);
    return undefined;
  });
  return { submit, work };
};

test.each([0, 1, 5, 40, 1000])('work of %i ms is found done an eighth later at most', async (ms) => {
  await vi.advanceTimersByTimeAsync(100_000);
  const { submit, work } = lazy(ms);
  const waited = nudged({ submit }, work);
  await vi.advanceTimersByTimeAsync(2 * ms + 10);
  expect(await waited).toBeLessThanOrEqual(Math.max(ms + 2, ms * 1.125 + 1));
  const nudges = submit.mock.calls.length;
  expect(nudges).toBeLessThan(60);
  // Nothing is submitted each time.
  expect(submit.mock.calls).toEqual(Array.from({ length: nudges }, () => [[]]));
  await vi.advanceTimersByTimeAsync(1000);
  expect(submit).toHaveBeenCalledTimes(nudges);
});

test('a failure is passed on, and ends it', async () => {
  const submit = vi.fn();
  await expect(nudged({ submit }, Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  await vi.advanceTimersByTimeAsync(1000);
  expect(submit).not.toHaveBeenCalled();
});

test('only Firefox is nudged', () => {
  expect(needsNudges()).toBe(false);
  vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' });
  expect(needsNudges()).toBe(true);
});
