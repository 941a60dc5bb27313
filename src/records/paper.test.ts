import { describe, expect, test } from 'vitest';
import { completeConfig } from '../adapters/fields';
import { methods } from '../adapters';
import { completeTrain } from '../train/config';
import { experiments } from './paper.meta';

describe.each(Object.entries(experiments))('paper/%s', (_, { asks, reported, full, small, open }) => {
  test.each([['in full', full], ['small', small]])('%s has settings that methods and training know', (__, { methods: given, train, variants = [{}], train_by_method = {}, seeds }) => {
    const configs = given.map((one) => (typeof one === 'string' ? { method: one } : one));
    for (const config of configs) expect(() => completeConfig(config)).not.toThrow();
    expect(new Set(configs.map((config) => JSON.stringify(config))).size).toBe(configs.length);
    // A method's own settings may be for methods that this one leaves out.
    expect(Object.keys(train_by_method).filter((method) => !Object.hasOwn(methods, method))).toEqual([]);
    for (const { train_share, ...variant } of variants) {
      expect([undefined, 0.5]).toContain(train_share);
      for (const own of Object.values({ none: {}, ...train_by_method })) expect(() => completeTrain({ ...train, ...own, ...variant })).not.toThrow();
    }
    expect(seeds.length).toBeGreaterThan(0);
  });

  test('says what the paper reports, of what, and what it leaves open', () => {
    expect(reported.of).not.toBe('');
    expect(reported.rows.length).toBeGreaterThan(1);
    expect(open.length).toBeGreaterThan(0);
    for (const sentence of open) expect(sentence).toMatch(/[.]$/);
  });

  test('says what it asks, and beside which of its runs a number of the paper stands', () => {
    expect(asks).toMatch(/^[A-Z].*[.?]$/);
    for (const [, , beside] of reported.rows) {
      if (!beside) continue;
      const { method, shots, ...settings } = beside;
      const configs = full.methods.map((one) => completeConfig(typeof one === 'string' ? { method: one } : one));
      expect(configs).toContainEqual(expect.objectContaining({ method, ...settings }));
      if (shots) expect(full.variants).toContainEqual({ shots });
    }
  });

  test('in small form it asks for nothing but, where none comes with the project, a model', () => {
    expect(small.data).toBe('fashion-mnist');
    if (!small.model) expect(open.join(' ')).toContain('--model');
  });
});
