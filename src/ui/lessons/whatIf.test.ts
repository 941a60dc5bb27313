import { expect, test } from 'vitest';
import { initialSettings, useSettings } from '../core/settings/settings';
import { memorySpecs } from './whatIf';

test('the lesson on memory plans the same for everybody, whatever is set in Train, and what is tried goes on top', () => {
  const plain = memorySpecs({});
  useSettings.setState({ methods: ['vera'], budget: 20_000, train: { batch: 8, steps: 6 } });
  expect(memorySpecs({})).toEqual(plain);
  useSettings.setState(initialSettings);
  expect(memorySpecs({ batch: 8 }).map(({ train: { batch, steps } }) => [batch, steps])).toEqual(plain.map(({ train: { steps } }) => [8, steps]));
});
