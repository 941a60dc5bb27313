import { describe, expect, test } from 'vitest';
import { completeTrain } from '../train/config';
import { budgetsOf, foundRates, isFixed, isSpread, onceIfEqual, settingKey, settingsOf, unequalSettings } from './fair.meta';
import type { RunSpec, TrainConfig } from '../train/protocol';

const group = (method: string, parameters: number) => ({ method, parameters });
const spec = (train: Partial<TrainConfig> = {}, more: Partial<RunSpec> = {}): RunSpec => ({ id: 'r', name: 'r', model: 'm', data: 'd', method: { method: 'lora', r: 4 }, train: completeTrain({ steps: 60, lr: 0.003, ...train }), ...more });

describe('budgets', () => {
  test('are equal within a tenth; what has no budget is set apart, and so is who misses it', () => {
    const [lora, vera, randlora, full, probe] = [group('lora', 1000), group('vera', 1100), group('randlora', 1211), group('full', 90_000), group('linear_probe', 0)];
    expect([lora, vera, full, probe].map(isFixed)).toEqual([false, false, true, true]);
    expect(budgetsOf([lora, full, vera, randlora, probe])).toEqual({ equal: [lora, vera], fixed: [full, probe], off: [randlora] });
    // A tenth of the one that others are measured by, to either side.
    expect(budgetsOf([group('lora', 1000), group('vera', 900)])?.equal).toHaveLength(2);
    expect(budgetsOf([group('lora', 1000), group('vera', 899)])).toBeNull();
    expect(budgetsOf([group('lora', 1000), group('vera', 1101)])).toEqual({ equal: [group('lora', 1000), group('vera', 1101)], fixed: [], off: [] });
    expect(budgetsOf([group('lora', 1000), group('vera', 1112)])).toBeNull();
  });

  test('are what most methods share; of as many the first', () => {
    const groups = [group('nola', 10), group('lora', 1000), group('vera', 1000), group('randlora', 1000), group('dora', 10)];
    expect(budgetsOf(groups)).toEqual({ equal: groups.slice(1, 4), fixed: [], off: [groups[0], groups[4]] });
    expect(budgetsOf(groups.filter(({ method }) => method !== 'randlora'))?.equal.map(({ method }) => method)).toEqual(['nola', 'dora']);
  });

  test('have nothing to say of a method that nobody knows', () => {
    expect(isFixed(group('nonesuch', 5))).toBe(true);
  });

  test('are none where one method alone is there, or one that shares it is there at another, too', () => {
    expect(budgetsOf([])).toBeNull();
    expect(budgetsOf([group('lora', 1000), group('lora', 1000), group('full', 9)])).toBeNull();
    expect(budgetsOf([group('lora', 1000), group('vera', 1000), group('lora', 2000)])).toBeNull();
  });

  test('counts are spread from more than a tenth on', () => {
    expect([[], [5], [1000, 1100], [1000, 1050, 1101], [1101, 1000]].map(isSpread)).toEqual([false, false, false, true, true]);
  });
});

test('runs of one setting differ in their seed alone, and in how often they were looked at', () => {
  const key = settingKey(spec());
  for (const change of [{ seed: 7 }, { eval_every: 3 }, { checkpoint_every: 9 }, { snapshots: 2 }]) expect(settingKey(spec(change))).toBe(key);
  for (const change of [{ steps: 61 }, { lr: 0.1 }, { batch: 9 }, { train_limit: 5 }]) expect(settingKey(spec(change))).not.toBe(key);
  expect(settingKey(spec({}, { id: 's', name: 's' }))).toBe(key);
  expect(settingKey(spec({}, { data: 'e' }))).not.toBe(key);
  expect(settingKey(spec({}, { edits: 'moved' as never }))).not.toBe(key);
  // Settings of before there was a rule for limits are kept under the one of then.
  const { limit_rule: _, ...old } = spec({ train_limit: 5 }).train;
  expect(settingKey({ ...spec(), train: old as TrainConfig })).toBe(settingKey(spec({ train_limit: 5, limit_rule: 'first' })));
});

test('values beside names are said once where all are the same', () => {
  expect([[], ['a'], ['a', 'a'], ['a', 'b', 'a']].map(onceIfEqual)).toEqual([[], ['a'], ['a'], ['a', 'b', 'a']]);
});

describe('settings that are not the same', () => {
  test('are those that decide something, with their values, numbers by size and words as they come', () => {
    expect(unequalSettings([spec(), spec({ seed: 3, eval_every: 1, checkpoint_every: 2, snapshots: 3 })])).toEqual([]);
    expect(unequalSettings([spec({ batch: 10, schedule: 'linear' }), spec({ batch: 9, schedule: 'constant' }), spec({ batch: 10, schedule: 'linear' })])).toEqual([['schedule', ['linear', 'constant']], ['batch', [9, 10]]].sort((a, b) => order(a) - order(b)));
    expect(unequalSettings([])).toEqual([]);
    // One that was not kept is no number to sort by.
    const unknown = spec();
    expect(unequalSettings([{ ...unknown, train: { ...unknown.train, weight_decay: undefined as never } }, spec({ weight_decay: 0.5 })])).toEqual([['weight_decay', [undefined, 0.5]]]);
  });
  const order = ([name]: unknown[]) => Object.keys(spec().train).indexOf(String(name));

  test('a rate that was left to the method is the method’s', () => {
    expect(settingsOf(spec({ lr: 0 })).lr).toBe(settingsOf(spec({ lr: settingsOf(spec({ lr: 0 })).lr as number })).lr);
    expect(settingsOf(spec({ lr: 0 })).lr).toBeGreaterThan(0);
    expect(unequalSettings([spec({ lr: 0.5 }), spec({ lr: 0.25 })])).toEqual([['lr', [0.25, 0.5]]]);
  });

  test('rates that were found for all that have one are no inequality, and are named in order', () => {
    const found = (lr: number) => spec({ lr }, { rate: 'found' });
    expect(unequalSettings([found(0.5), found(0.25)])).toEqual([]);
    expect(foundRates([found(0.5), found(0.25), found(0.5)])).toEqual([0.25, 0.5]);
    expect(unequalSettings([found(0.5), spec({ lr: 0.25, batch: 9 }, { rate: 'found' })])).toMatchObject([['batch', [9, expect.any(Number)]]]);
    expect(unequalSettings([found(0.5), spec({ lr: 0.25 })])).toEqual([['lr', [0.25, 0.5]]]);
    expect(foundRates([found(0.5), spec({ lr: 0.25 })])).toEqual([]);
    // A head that learns alone at a rate of its own has none to be found.
    const probe = spec({ lr: 0.125, head_lr: 0.1 }, { method: { method: 'linear_probe' } });
    expect(foundRates([found(0.5), probe])).toEqual([0.5]);
    expect(foundRates([found(0.5), { ...probe, train: { ...probe.train, head_lr: 0 } }])).toEqual([]);
  });
});
