import { expect, test } from 'vitest';
import { ConfigError } from '../adapters/fields';
import { checkClassWeights, classWeightsOf, classWeightsText, forMean } from './classWeights.meta';

test('the setting, as it is kept', () => {
  const kept: [given: unknown, text: string | null][] = [[null, null], [undefined, null], ['', null], ['  ', null], ['none', null], [' balanced ', 'balanced'], [3, '3'], ['1,2;;.5 ,', '1, 2, 0.5'], ['[1, 2\n0]', '1, 2, 0'], [[1, 2, 0.5], '1, 2, 0.5'], ['0 1', '0, 1']];
  for (const [given, text] of kept) expect(classWeightsText(given), JSON.stringify(given)).toBe(text);
  for (const bad of ['some', '1, -2', '0, 0', '1, x', 'NaN', '1, Infinity', ',', '[]', '1[2]', '[1, 2', 'x[1, 2]', '[1, 2]x', '[1, 2] 3', '1, [2, 3]', 'balance', 'nonesuch']) expect(() => classWeightsText(bad), bad).toThrow(ConfigError);
});

test('there is one for each class', () => {
  for (const setting of [null, 'balanced', '1, 2, 3']) expect(() => checkClassWeights(setting, 3)).not.toThrow();
  expect(() => checkClassWeights('1, 2', 3)).toThrow(ConfigError);
  expect(() => classWeightsOf('1, 2, 3, 4', [0], 3)).toThrow(ConfigError);
});

test('balanced ones are those of scikit-learn, and a class without images counts 1', () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 2, 2]): 7 / (3 * 4), 7 / (3 * 1), 7 / (3 * 2).
  expect(classWeightsOf('balanced', [0, 0, 0, 0, 1, 2, 2], 3)).toEqual(Float32Array.of(7 / 12, 7 / 3, 7 / 6));
  expect(classWeightsOf('balanced', [0, 0, 0, 2], 3)).toEqual(Float32Array.of(4 / 6, 1, 2));
  expect(classWeightsOf('1, 0.5', [0, 0, 1], 2)).toEqual(Float32Array.of(1, 0.5));
  expect(classWeightsOf(null, [0, 1], 2)).toBeNull();
});

test('for a plain mean they are scaled by the rows over the sum of their weights, all micro-batches together', () => {
  // Labels 0, 0, 1, 2 of weights 1, 3, 0: four rows that weigh five.
  expect(forMean(Float32Array.of(1, 3, 0), [[0, 0], [1, 2]])).toEqual(Float32Array.of(4 / 5, 12 / 5, 0));
  expect(forMean(Float32Array.of(0, 2), [[0, 0]])).toEqual(Float32Array.of(0, 0));
});
