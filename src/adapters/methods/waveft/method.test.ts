import { expect, test } from 'vitest';
import { parseModel } from '../../../models';
import { there } from '../../../testing/there';
import { Adapted } from '../../adapted';
import { settingsOfConfig } from '../../files/config';
import { fields } from './fields';
import { filtersOf, lowPass } from './wavelets';

test.each(Object.keys(lowPass))('%s is orthonormal, as are its shifts by two and its details', (family) => {
  const both = filtersOf(family);
  const taps = both.length / 2;
  const [low, high] = [both.slice(0, taps), both.slice(taps)];
  const product = (a: Float32Array, b: Float32Array, shift: number) => a.reduce((sum, value, i) => sum + value * (b[i + shift] ?? 0), 0);
  for (let shift = 0; shift < taps; shift += 2) {
    expect(product(low, low, shift)).toBeCloseTo(shift ? 0 : 1, 6);
    expect(product(high, high, shift)).toBeCloseTo(shift ? 0 : 1, 6);
    expect(product(low, high, shift)).toBeCloseTo(0, 6);
  }
  expect(low.reduce((a, b) => a + b, 0)).toBeCloseTo(Math.SQRT2, 6);
});

test('layers have as many coefficients as their size asks for, if that is wanted', () => {
  const model = parseModel({ model_type: 'vit', hidden_size: 48, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 112, image_size: 16, patch_size: 8 });
  const counts = (more: object) => {
    const adapted = new Adapted(model, { method: 'waveft', n_frequency: 60, target_modules: ['query', 'intermediate.dense'], ...more });
    return adapted.layers.map((layer) => there(adapted.method.tensors(adapted.configOf(layer), layer).waveft_spectrum)[0]);
  };
  expect(counts({})).toEqual([60, 60, 60, 60]);
  expect(counts({ proportional_parameters: true })).toEqual([36, 84, 36, 84]);
  // PEFT leaves patterns alone then.
  expect(counts({ proportional_parameters: true, n_frequency_pattern: { query: 5 } })).toEqual([36, 84, 36, 84]);
  expect(counts({ proportional_parameters: true, n_frequency: 1 })).toEqual([1, 1, 1, 1]);
});

test('a wavelet that is none is refused, with those that there are', () => {
  expect(() => settingsOfConfig({ peft_type: 'WAVEFT', target_modules: ['query'], wavelet_family: 'coif4' })).toThrow(/"?coif4"?.*there are db1, .*coif3\. PEFT's coif4 and coif5 are no wavelets/);
});

test('each wavelet that can be chosen has its filter', () => {
  expect(fields.fields.find(({ name }) => name === 'wavelet_family')?.choices).toEqual(Object.keys(lowPass));
});
