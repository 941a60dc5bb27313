import { expect, test } from 'vitest';
import { endedEarly } from './early.meta';

test('a run was ended early where early stopping says that it stopped it', () => {
  const of = (stopped: boolean) => ({ early_stopping: { eval_every: 2, held: 3, evaluations: 2, stopped } });
  expect([of(true), of(false), {}, null, undefined].map(endedEarly)).toEqual([true, false, false, false, false]);
});
