import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { runRates } from './rates.meta';

const trial = { lr: 0.1, steps: 10, rung: 0, loss: 1, accuracy: 0.5 };
const search = { lr: 0.1, trials: [trial, { ...trial, loss: null, accuracy: 0 }], held: 30, seed: 1, edge: true };

test('the search for a rate is read as it was written, a loss that was no number too', () => {
  expect(z.parse(runRates, search)).toEqual({ ...search, trials: [trial, { ...trial, loss: NaN, accuracy: 0 }] });
  expect(z.parse(runRates, { ...search, edge: undefined, kept: true })).toMatchObject({ kept: true });
});

test('what is none is refused', () => {
  const bad = [{ ...search, lr: 0 }, { ...search, lr: '0.1' }, { ...search, trials: [{ ...trial, rung: undefined }] }, { ...search, trials: new Array(1001).fill(trial) }, { ...search, held: null }, { ...search, edge: 1 }, null];
  for (const one of bad) expect(z.safeParse(runRates, one).success, JSON.stringify(one)?.slice(0, 80)).toBe(false);
  expect(z.safeParse(runRates, { ...search, trials: new Array(1000).fill(trial) }).success).toBe(true);
});
