import { describe, expect, test } from 'vitest';
import { runRecord } from '../testing/runRecord';
import { packAnswers } from '../train/answers.meta';
import { defined } from '../numbers/defined';
import { meanOf } from '../numbers/stats';
import { differencesOf, isAhead, isTold, turned, verdictOf, type Tested } from './pairs.meta';

const STAMP = '0123456789abcdef';

/** A run of a seed on so many pictures, of which these are right; without answers where `of` is empty. */
function tested(seed: number, right: readonly boolean[], of = STAMP): Tested {
  const { spec, summary } = runRecord({}, { seed });
  return { spec, test: { ...summary!.final!, count: right.length, accuracy: right.filter(Boolean).length / right.length, ...(of && { answers: packAnswers(right, of) }) } };
}

/**
 * Two settings on 400 pictures: half of them are easy, and which of the others a seed gets right depends on the seed, for both alike;
 * the first gets `more` of 400 right besides.
 */
const pictures = 400;
const luck = [150, 90, 120];
const rightOf = (seed: number, more: number, slip = 0): boolean[] => Array.from({ length: pictures }, (_, i) => (i < 200 ? (i + 7 * slip) % 29 !== 0 : i < 200 + defined(luck[seed]) || (i >= 380 && i < 380 + more)));
const better = [0, 1, 2].map((seed) => tested(seed, rightOf(seed, 14)));
const worse = [0, 1, 2].map((seed) => tested(seed, rightOf(seed, 0)));
const bare = (group: readonly Tested[]): Tested[] => group.map(({ spec, test: { answers: _, ...test } }) => ({ spec, test }));

describe('differences', () => {
  test('of pairs are seen where the intervals of the means overlap from end to end', () => {
    const [a, b] = [better, worse].map((group) => meanOf(group.map(({ test: { accuracy } }) => accuracy))!);
    expect(a!.mean - b!.mean).toBeCloseTo(0.035, 12);
    expect(Math.min(a!.interval!, b!.interval!)).toBeGreaterThan(0.15);
    const found = differencesOf([better, worse])(0, 1);
    expect([found.basis, found.seeds, found.items, isTold(found)]).toEqual(['both', 3, 400, true]);
    expect(found.interval![0]).toBeGreaterThan(0);
    // The same from the other side.
    const turned = differencesOf([better, worse])(1, 0);
    expect([turned.difference, turned.interval, turned.p]).toEqual([-found.difference, [-found.interval![1], -found.interval![0]], found.p]);
  });

  test('take as much as there is: answers, seeds in pairs, seeds, pictures, nothing', () => {
    const basis = (one: readonly Tested[], other: readonly Tested[]) => { const { basis, seeds, interval } = differencesOf([one, other])(0, 1); return [basis, seeds, interval !== null]; };
    expect(basis(bare(better), bare(worse))).toEqual(['seeds', 3, true]);
    expect(basis(better, bare(worse))).toEqual(['seeds', 3, true]);
    const later = worse.map(({ spec, test }) => ({ test, spec: { ...spec, train: { ...spec.train, seed: spec.train.seed + 5 } } }));
    expect(basis(better, later)).toEqual(['unpaired', 3, true]);
    expect(basis(better.slice(0, 2), worse)).toEqual(['pictures', 2, true]);
    expect(basis(better.slice(0, 1), worse)).toEqual(['pictures', 1, true]);
    expect(basis(bare(better.slice(0, 2)), worse)).toEqual(['none', 2, false]);
    expect(basis(better.slice(0, 1), later)).toEqual(['none', 1, false]);
    // Another set, another order of it, other edits: pictures that are not the same are not paired.
    const others = [0, 1, 2].map((seed) => tested(seed, rightOf(seed, 0), 'fedcba9876543210'));
    expect(basis(better, others)).toEqual(['unpaired', 3, true]);
    expect(basis(better, worse.map(({ spec, test }) => ({ test, spec: { ...spec, edits: { version: 1 as const, disabled_classes: [], disabled: ['a'], relabelled: [], split: null } } })))).toEqual(['unpaired', 3, true]);
    // Two settings put together have one seed twice.
    expect(basis([...better, ...worse], worse)).toEqual(['unpaired', 3, true]);
  });

  test('name nobody who is behind by the seeds that both have, though its mean is higher', () => {
    const more = [3, 4].map((seed) => tested(seed, new Array<boolean>(pictures).fill(true)));
    const difference = differencesOf([[...worse, ...more], better])(0, 1);
    expect([difference.seeds, isTold(difference), isAhead(difference), isAhead(turned(difference))]).toEqual([3, true, false, true]);
  });

  test('of one seed tell models apart, and settings never', () => {
    const found = differencesOf([better.slice(0, 1), worse.slice(0, 1)])(0, 1);
    // 14 right by the first alone, none by the second: mid-p 0.5 ** 14.
    expect(found.p).toBeCloseTo(0.5 ** 14, 12);
    expect([verdictOf(found), isTold(found)]).toEqual(['models', null]);
  });

  test('are corrected for their number: one that stands alone falls among others', () => {
    const little = [0, 1, 2].map((seed) => tested(seed, rightOf(seed, 9, seed)));
    const plain = [0, 1, 2].map((seed) => tested(seed, rightOf(seed, 0, seed)));
    const alone = differencesOf([little, plain])(0, 1);
    expect(isTold(alone)).toBe(true);
    const crowd = Array.from({ length: 6 }, (_, k) => [0, 1, 2].map((seed) => tested(seed, rightOf(seed, 4, seed + k + 1))));
    const among = differencesOf([little, plain, ...crowd])(0, 1);
    // The interval is of this difference by itself.
    expect([among.difference, among.interval]).toEqual([alone.difference, alone.interval]);
    expect(among.p).toBeGreaterThan(alone.p!);
    expect(isTold(among)).toBe(false);
  });
});
