import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sweepAxes } from './settings';
import { mostOf, mostValues, readCount, readSweep } from './sweepText';
import { budgetWords } from '../words/budget';

test('lists of numbers, ranges, units and multiples', () => {
  expect(readSweep('budget', '10k, 40000 1.5M')).toEqual({ ok: true, values: [10_000, 40_000, 1_500_000] });
  expect(readSweep('shots', '1 4, all')).toEqual({ ok: true, values: [1, 4, 0] });
  expect(readSweep('seed', '0-2, 2, 7..8')).toEqual({ ok: true, values: [0, 1, 2, 7, 8] });
  expect(readSweep('lr', '1e-3, x3 ×0.5')).toEqual({ ok: true, values: [{ lr: 0.001 }, { times: 3 }, { times: 0.5 }] });
  expect(readSweep('seed', '  ')).toEqual({ ok: true, values: [] });
});

test('an amount by itself, as people write it', () => {
  expect(['41k', '10 k', '41,000', '1_000', '1.5M', ' 7 ', '.5k'].map(readCount)).toEqual([41_000, 10_000, 41_000, 1000, 1_500_000, 7, 500]);
  expect(['abc', '', '0', '-5', '41kk', '1e30', '99999999999', 'NaN'].map(readCount)).toEqual(Array(8).fill(null));
});

test.each([
  ['budget', '0'],
  ['budget', '10q'],
  ['budget', '-5'],
  ['shots', '0'],
  ['shots', '2.5'],
  ['seed', '4-1'],
  ['seed', '1.5'],
  ['lr', '0'],
  ['lr', '11'],
  ['lr', 'x'],
  ['lr', '1e'],
] as const)('%s does not take %s, and says so', (axis, text) => {
  const read = readSweep(axis, text);
  expect(read.ok).toBe(false);
  expect(read.ok || read.error).toContain(text);
});

test('what is too large is told how much is the most, and that much is taken', () => {
  for (const axis of sweepAxes) expect(readSweep(axis, String(mostOf[axis])).ok, axis).toBe(true);
  expect(sweepAxes.map((axis) => { const read = readSweep(axis, '99999999999'); return read.ok || read.error; })).toEqual([/to 10,000,000,000\./, /to 100,000\./, /to 2,147,483,648,/, /at most 10 nor .* x1,000\./].map((most): unknown => expect.stringMatching(most)));
  expect(budgetWords.refused('999999999999', 1_310_720)).toBe('“999999999999” is not an amount to aim at. Enter 41,000, 41k or 1.5M, for example; the largest method here has 1,310,720.');
});

test('never more values than can be run, however large the range', () => {
  expect(readSweep('seed', '0-2000000000').ok).toBe(false);
  expect(readSweep('seed', `0-${mostValues - 1}`)).toMatchObject({ ok: true });
});

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...sweepAxes), fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789.,-x×ekM all'.split('')) })), (axis, text) => {
      const read = readSweep(axis, text);
      if (read.ok) expect(read.values.length).toBeLessThanOrEqual(mostValues);
      else expect(read.error).not.toBe('');
    }),
  );
});
