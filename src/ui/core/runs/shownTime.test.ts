import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAbout, formatRange, roundTime } from '../../../language/format';
import { Recent } from '../../../numbers/recent';
import { completeTrain } from '../../../train/config';
import { Pace } from '../../../train/pace.meta';
import { shownAfter, type Shown } from './shownTime';

test('times are rounded as people do, and round ones stay', () => {
  expect([0.2, 7, 12, 58, 100, 290, 745, 2000, 4000, 12_000].map((seconds) => formatAbout(seconds).replaceAll('\u00a0', ' '))).toEqual(['1 s', '7 s', '10 s', '1 min', '1 min 30 s', '5 min', '12 min', '35 min', '1 h 0 min', '3 h 30 min']);
  expect(roundTime(NaN)).toBeNaN();
  fc.assert(fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), (seconds) => roundTime(roundTime(seconds)) === roundTime(seconds) && Math.abs(roundTime(seconds) - seconds) <= Math.max(1, 0.2 * seconds)));
});

/** What is shown after each step of a run whose steps take so many milliseconds, with what was really left then. */
function follow(steps: readonly number[], train = completeTrain({ batch: 10, steps: steps.length, eval_every: 20 })): { shown: number; left: number }[] {
  let now = 0;
  // The worker's clock goes by these, and says nothing before the fourth.
  const recent = new Recent();
  const pace = new Pace(train, steps.length, { follow: 50, test: 0 }, () => recent.each, () => now);
  const at: { shown: number; now: number }[] = [];
  let shown: Shown | undefined;
  for (const [i, ms] of steps.entries()) {
    now += ms;
    recent.add(ms / 1000);
    const step = i + 1;
    shown = shownAfter(shown, (step < 4 ? NaN : recent.each * (steps.length - step)) + pace.after(step), now);
    at.push({ shown: shown.seconds, now });
    if (step % 20 === 0 || step === steps.length) {
      if (step === steps.length) pace.finish(false);
      pace.begin();
      now += 2000;
      pace.end(50);
    }
  }
  return at.map(({ shown, now: then }) => ({ shown, left: (now - then) / 1000 }));
}

/** Steps of about a second: the first compiles, and now and then something else has the device. */
const noisy = fc.record({ count: fc.integer({ min: 60, max: 300 }), seed: fc.integer({ min: 1, max: 1e6 }), stalls: fc.double({ min: 0, max: 0.04, noNaN: true }) }).map(({ count, seed, stalls }) => {
  let state = seed;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return Array.from({ length: count }, (_, i) => (i === 0 ? 30_000 : i > 4 && random() < stalls ? 9000 : 700 + 600 * random()));
});

test('with noisy steps what is shown goes down without a jump, is about right on the way, and ends right', () => {
  fc.assert(
    fc.property(noisy, (steps) => {
      const told = follow(steps);
      const known = told.filter(({ shown }) => Number.isFinite(shown));
      // The first steps say nothing yet.
      expect(known.length).toBe(steps.length - 3);
      for (const [i, { shown, left }] of known.entries()) {
        const before = known[i - 1]?.shown ?? shown;
        expect(shown).toBeLessThanOrEqual(2 * before + 5);
        expect(shown).toBeGreaterThanOrEqual(0.45 * before - 6);
        // Stalls to come are not known: some of the rest take nine times as long.
        if (i > 5) expect(Math.abs(shown - left)).toBeLessThanOrEqual(0.6 * left + 12);
      }
      expect(known.filter(({ shown }, i) => shown > (known[i - 1]?.shown ?? shown)).length).toBeLessThanOrEqual(2);
      expect(known.at(-1)!.shown).toBeLessThanOrEqual(4);
    }),
    { numRuns: 150 },
  );
});

test('a device that became slower is followed, once it has been for a while', () => {
  const told = follow([...Array.from({ length: 40 }, () => 1000), ...Array.from({ length: 60 }, () => 3000)]);
  expect(told[30]!.shown).toBeLessThanOrEqual(90);
  expect(told[41]!.shown).toBeLessThanOrEqual(80);
  expect(Math.abs(told[60]!.shown - told[60]!.left)).toBeLessThanOrEqual(0.3 * told[60]!.left);
});

test('a time that no whole run has taken is a range', () => {
  expect([1, 12, 60, 320, 3300].map((seconds) => formatRange(seconds).replaceAll('\u00a0', ' '))).toEqual(['1 s', '9 to 15 s', '45 s to 1 min 30 s', '4 to 7 min', '40 min to 1 h 15 min']);
});
