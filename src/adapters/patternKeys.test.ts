import { describe, expect, test } from 'vitest';
import { FormatError } from '../io/formatError';
import { there } from '../testing/there';
import type { MethodConfig } from './field';
import { compilePatterns, resolvePatterns } from './patterns';

const query = (block: number) => `vit.encoder.layer.${block}.attention.attention.query`;
const config: MethodConfig = { method: 'lora', r: 4 };

describe('a key of a pattern', () => {
  const matches = (key: string, name: string) => {
    const [ranks] = compilePatterns({ ...config, rank_pattern: { [key]: 2 } });
    return there(there(ranks).rules[0]).matches(name);
  };

  test.each<[string, boolean]>([
    ['query', true],
    ['attention.query', true],
    [query(0), true],
    ['uery', false],
    ['quer', false],
    ['layer.0', false],
    ['attentionxquery', false],
    ['attention.attention.attention.query', false],
    ['layer\\.\\d+\\..*query', true],
    ['value|query', true],
    ['query|value', true],
    ['(key|value)', false],
    ['layer.1.attention.attention.query', false],
    ['encoder.*', true],
    ['ncoder.*', false],
  ])('%s is the end of a name, from a dot on: %s', (key, is) => expect(matches(key, query(0))).toBe(is));

  test('may be a name by itself, and a dot stands for anything, as in PEFT', () => {
    expect([matches('query', 'query'), matches('que.y', 'query'), matches('a.c', 'x.abc'), matches('a.c', 'x.abcd')]).toEqual([true, true, true, false]);
  });

  test.each(['(query', 'query(', '('])('%s is refused, as it is no expression', (key) => expect(() => matches(key, query(0))).toThrow(FormatError));
});

test('patterns of ranks and alphas are those that the method has, empty where they are not given', () => {
  const compiled = (c: MethodConfig) => compilePatterns(c).map(({ field, setting, rules }) => [field, setting, rules.map(({ value }) => value)]);
  expect(compiled({ ...config, rank_pattern: { query: 2, value: 3 } })).toEqual([['rank_pattern', 'r', [2, 3]], ['alpha_pattern', 'lora_alpha', []]]);
  expect(compiled({ method: 'vera' })).toEqual([]);
});

test('resolved, they name each layer in full, by the first that matches, for the names that they were written for', () => {
  const names = new Map([0, 1, 2].map((block) => [query(block), `layers.${block}.q_proj`]));
  const given: MethodConfig = { ...config, rank_pattern: { 'layers.1.q_proj': 8, q_proj: 2 }, alpha_pattern: { k_proj: 3 } };
  expect(resolvePatterns(given, names)).toEqual({ ...config, rank_pattern: { [query(0)]: 2, [query(1)]: 8, [query(2)]: 2 }, alpha_pattern: undefined });
  // What is not given stays away.
  expect(Object.keys(resolvePatterns({ ...config, rank_pattern: { 'layers.2.q_proj': 8 } }, names))).toEqual(['method', 'r', 'rank_pattern']);
  expect(resolvePatterns({ ...config, rank_pattern: { 'layers.2.q_proj': 8 } }, names).rank_pattern).toEqual({ [query(2)]: 8 });
});
