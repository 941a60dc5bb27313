import { expect, test } from 'vitest';
import { defined, several } from '../../numbers/defined';
import { runRecord } from '../../testing/runRecord';
import { rankingText } from '../words/recorded';
import { lessonWords } from '../words/lessons';
import { rank } from './findings';
import { runOf } from './runRecords';
import { groupsOf, type Group } from './seedGroups';

const runs = [0, 1, 2].flatMap((seed) => ['lora', 'randlora'].map((method) => runOf(runRecord({}, { seed }, { method, r: 8 }), `${method} ${seed}`).run));
const group = (method: string, mean: number, interval: number | null, parameters = 100, setting = ''): Group => ({ key: method + setting, method, setting, parameters, runs: [], accuracy: { n: interval === null ? 1 : 3, mean, interval } });

test('runs that differ in the seed alone are one group, with the mean and interval of their test accuracy', () => {
  const groups = groupsOf(runs);
  expect(groups.map(({ method, setting, runs: members }) => [method, setting, members.length])).toEqual([['randlora', 'r 8', 3], ['lora', 'r 8', 3]]);
  // 15, 16 and 17 of 20: the mean is 0.8, the deviation 0.05, t of two degrees 4.303.
  expect(defined(groups[0]).accuracy.mean).toBeCloseTo(0.8, 12);
  expect(defined(groups[0]).accuracy.interval).toBeCloseTo((4.303 * 0.05) / Math.sqrt(3), 6);
});

test('a difference is named only where intervals do not overlap', () => {
  const said = (...groups: Group[]) => rankingText(rank(groups)!);
  expect(said(group('lora', 0.7, 0.02), group('randlora', 0.71, 0.02))).toBe('RandLoRA is highest in test accuracy, but LoRA is not distinguishable from it over 3 seeds.');
  expect(said(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.5, 0.1))).toBe('RandLoRA is ahead of LoRA and VeRA in test accuracy over 3 seeds.');
  expect(said(group('lora', 0.7, 0.02), group('randlora', 0.71, 0.02), group('linear_probe', 0.5, 0.1))).toMatch(/; Linear probe is lower than RandLoRA\.$/);
  expect(said(group('lora', 0.71, 0.02), group('randlora', 0.7101, 0.02), group('linear_probe', 0.5, 0.1))).toBe('RandLoRA and LoRA have the same mean test accuracy over 3 seeds, the highest; Linear probe is lower.');
  expect(said(group('lora', 0.71, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.7, 0.02))).toBe('LoRA and RandLoRA have the same mean test accuracy over 3 seeds, the highest; VeRA is not distinguishable from them.');
  // Two sizes of one method are told apart on whichever side they are.
  expect(said(group('lora', 0.6, 0.02, 100, 'r 1'), group('lora', 0.71, 0.02, 100, 'r 4'), group('vera', 0.5, 0.1))).toBe('LoRA r\u00a04 is ahead of LoRA r\u00a01 and VeRA in test accuracy over 3 seeds.');
  expect(said(group('lora', 0.1, null), group('randlora', 0.9, null))).toMatch(/^One seed each: .*cannot be told apart/);
  expect(rank([group('lora', 0.1, null)])).toBe(null);
});

test('one seed among several is told as Compare tells it, and the others are ranked without it', () => {
  const said = (...groups: Group[]) => rankingText(rank(groups)!);
  const fewer = { ...group('vera', 0.5, 0.02), accuracy: { n: 2, mean: 0.5, interval: 0.02 } };
  expect(said(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.65, null))).toBe('RandLoRA is ahead of LoRA in test accuracy over 3 seeds. One seed of VeRA: its difference from the others may be chance.');
  expect(said(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), group('vera', 0.9, null))).toMatch(/^Among those measured more than once: RandLoRA is ahead of LoRA/);
  expect(said(group('lora', 0.6, 0.02), group('randlora', 0.71, null), group('vera', 0.9, null))).toBe('One seed of VeRA and RandLoRA: their differences may be chance.');
  expect(said(group('lora', 0.6, 0.02), group('randlora', 0.71, 0.02), fewer)).toBe('RandLoRA is ahead of LoRA and VeRA in test accuracy over 2 to 3 seeds.');
});

test('sentences of lessons are made of the runs, and say nothing without them', () => {
  const [grows] = several(defined(lessonWords.lessons['more-rank'].parts[0]).found, 1);
  const say = (groups: Group[]) => grows({ groups, plans: {}, landscape: null });
  expect(say([group('lora', 0.7, 0.01, 100, 'r 1')])).toBe('');
  expect(say([group('lora', 0.71, 0.01, 400, 'r 4'), group('lora', 0.6, 0.01, 100, 'r 1')])).toBe('With 4 times the parameters: LoRA, r\u00a01: 60.0 ± 1.0\u00a0%; LoRA, r\u00a04: 71.0 ± 1.0\u00a0%. LoRA r\u00a04 is 11.0 points higher, and the 95\u00a0% intervals do not overlap.');
  expect(say([group('lora', 0.59, 0.02, 400, 'r 4'), group('lora', 0.6, 0.01, 100, 'r 1')])).toMatch(/LoRA r\u00a04 is 1\.0 points lower, but the 95\u00a0% intervals overlap: not distinguishable\.$/);
  for (const { parts } of Object.values(lessonWords.lessons)) for (const part of parts) for (const found of part.found) expect(found({ groups: [], plans: {}, landscape: null })).toBe('');
});
