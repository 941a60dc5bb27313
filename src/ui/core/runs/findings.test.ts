import { expect, test } from 'vitest';
import { defined, several } from '../../../numbers/defined';
import { runRecord } from '../../../testing/runRecord';
import { seedsAround } from '../../../testing/seeds';
import { lessonWords, type PartWords } from '../../lessons/words/lessons';
import { differencesAmong, rank, unequalBetween } from './findings';
import { runOf } from './runRecords';
import { groupsOf, type Group } from './seedGroups';
import { rankingText } from '../words/ranking';

const runs = [0, 1, 2].flatMap((seed) => ['lora', 'randlora'].map((method) => runOf(runRecord({}, { seed }, { method, r: 8 }), `${method} ${seed}`).run));
/** Groups of three seeds that no two of them share, or of one. */
let seeds = 0;
const group = (method: string, mean: number, interval: number | null, parameters = 100, setting = ''): Group => ({ key: method + setting, method, setting, parameters, runs: seedsAround(mean, interval, { method }, (seeds += 10)).map((record, i) => runOf(record, `${method}${setting} ${i}`).run), accuracy: { n: interval === null ? 1 : 3, mean, interval } });

test('runs that differ in the seed alone are one group, with the mean and interval of their test accuracy', () => {
  const groups = groupsOf(runs);
  expect(groups.map(({ method, setting, runs: members }) => [method, setting, members.length])).toEqual([['randlora', 'r 8', 3], ['lora', 'r 8', 3]]);
  // 15, 16 and 17 of 20: the mean is 0.8, the deviation 0.05, t of two degrees 4.303.
  expect(defined(groups[0]).accuracy.mean).toBeCloseTo(0.8, 12);
  expect(defined(groups[0]).accuracy.interval).toBeCloseTo((4.302653 * 0.05) / Math.sqrt(3), 6);
});

test('a difference is named only where chance does not explain it', () => {
  const rankingOf = (...groups: Group[]) => rankingText(rank(groups)!);
  expect(rankingOf(group('lora', 0.7, 0.02), group('randlora', 0.71, 0.02))).toBe('RandLoRA is highest in test accuracy, but LoRA is not distinguishable from it over 3 seeds.');
  expect(rankingOf(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.5, 0.1))).toBe('RandLoRA is ahead of LoRA and VeRA in test accuracy over 3 seeds.');
  expect(rankingOf(group('lora', 0.7, 0.02), group('randlora', 0.71, 0.02), group('linear_probe', 0.5, 0.1))).toMatch(/; Linear probe is lower than RandLoRA\.$/);
  expect(rankingOf(group('lora', 0.71, 0.02), group('randlora', 0.7101, 0.02), group('linear_probe', 0.5, 0.1))).toBe('RandLoRA and LoRA have the same mean test accuracy over 3 seeds, the highest; Linear probe is lower.');
  expect(rankingOf(group('lora', 0.71, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.7, 0.02))).toBe('LoRA and RandLoRA have the same mean test accuracy over 3 seeds, the highest; VeRA is not distinguishable from them.');
  // Two sizes of one method are told apart on whichever side they are.
  expect(rankingOf(group('lora', 0.6, 0.02, 100, 'r 1'), group('lora', 0.71, 0.02, 100, 'r 4'), group('vera', 0.5, 0.1))).toBe('LoRA r\u00a04 is ahead of LoRA r\u00a01 and VeRA in test accuracy over 3 seeds.');
  expect(rankingOf(group('lora', 0.1, null), group('randlora', 0.9, null))).toMatch(/^One seed each: .*cannot be told apart/);
  expect(rank([group('lora', 0.1, null)])).toBe(null);
});

test('one seed among several is told as Compare tells it, and the others are ranked without it', () => {
  const rankingOf = (...groups: Group[]) => rankingText(rank(groups)!);
  const two = group('vera', 0.5, 0.02);
  const fewer = { ...two, runs: two.runs.slice(1), accuracy: { n: 2, mean: 0.5, interval: null } };
  expect(rankingOf(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.65, null))).toBe('RandLoRA is ahead of LoRA in test accuracy over 3 seeds. One seed of VeRA: its difference from the others may be chance.');
  expect(rankingOf(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.9, null))).toMatch(/^Among those of three seeds or more: RandLoRA is ahead of LoRA/);
  expect(rankingOf(group('lora', 0.6, 0.02), group('randlora', 0.71, null), group('vera', 0.9, null))).toBe('One seed of VeRA and RandLoRA: their differences may be chance.');
  expect(rankingOf(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), fewer)).toBe('RandLoRA is ahead of LoRA in test accuracy over 3 seeds. Two seeds of VeRA: its difference from the others may be chance.');
});

test('a difference is of the second from the first', () => {
  const [low, high, alone] = [group('lora', 0.5, 0.02), group('vera', 0.75, 0.02), group('dora', 0.25, null)];
  const of = differencesAmong([low, high, alone]);
  expect([of(low, high), of(high, low), of(low, alone)].map(({ difference, apart }) => [difference.toFixed(2), apart])).toEqual([['0.25', true], ['-0.25', true], ['-0.25', null]]);
});

test('what misses the budget is left out, and what else is not equal is said by the names of groups', () => {
  const off = group('dora', 0.9, 0.02, 1000);
  expect(rank([group('lora', 0.6, 0.02), off, group('vera', 0.7, 0.02)])).toMatchObject({ top: [{ method: 'vera' }], below: [{ method: 'lora' }], off: [off] });
  const ofBatch = (lora: number) => groupsOf([0, 1].flatMap((seed) => [runOf(runRecord({}, { seed, batch: lora }, { method: 'lora', r: 8 }), `lora ${seed}`).run, runOf(runRecord({}, { seed, batch: 8 }, { method: 'randlora', r: 8 }), `randlora ${seed}`).run]));
  const [equal, unequal] = [ofBatch(8), ofBatch(9)];
  const more = (groups: Group[]) => unequalBetween(...groups).filter((sentence) => !unequalBetween(...equal).includes(sentence));
  expect([more(equal).length, more(unequal).length]).toEqual([0, 1]);
  expect(rank(unequal)?.caveats.slice(0, unequalBetween(...unequal).length)).toEqual(unequalBetween(...unequal));
  // Thirty pictures of one class and ten of the other.
  const uneven = [0, 1].flatMap((seed) => ['lora', 'linear_probe'].map((method) => {
    const record = runRecord({}, { seed }, method === 'lora' ? { method, r: 8 } : { method });
    const final = { ...defined(record.evaluations[1]), confusion: [[20, 10], [2, 8]], count: 40 };
    return runOf({ ...record, evaluations: [final], summary: record.summary && { ...record.summary, final } }, `${method} ${seed}`).run;
  }));
  const found = rank(groupsOf(uneven))?.caveats.join();
  for (const name of ['LoRA r 8:', 'Linear probe:']) expect(found).toContain(name);
});

test('sentences of lessons are made of the runs, and say nothing without them', () => {
  const [, grows] = several(defined(lessonWords.lessons.budget.parts[1]).found as PartWords['found'], 2);
  const say = (groups: Group[]) => grows({ groups, plans: {}, landscape: null });
  expect(say([group('lora', 0.7, 0.01, 100, 'r 1')])).toBe('');
  expect(say([group('lora', 0.71, 0.01, 400, 'r 4'), group('lora', 0.6, 0.01, 100, 'r 1')])).toBe('With 4 times the parameters: LoRA, r\u00a01: 60.0 ± 1.0\u00a0%; LoRA, r\u00a04: 71.0 ± 1.0\u00a0%. LoRA r\u00a04 is 11.0 points higher, by more than chance explains (95\u00a0% interval of the difference +10.1 to +11.9).');
  expect(say([group('lora', 0.59, 0.02, 400, 'r 4'), group('lora', 0.6, 0.01, 100, 'r 1')])).toMatch(/LoRA r\u00a04 is 1\.0 points lower: not distinguishable \(95\u00a0% interval of the difference −\d\.\d to \+\d\.\d\)\.$/);
  for (const { parts } of Object.values(lessonWords.lessons)) for (const part of parts) for (const found of part.found) expect(found({ groups: [], plans: {}, landscape: null })).toBe('');
});
