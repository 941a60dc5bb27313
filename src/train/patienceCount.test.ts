import { expect, test } from 'vitest';
import { Patience } from './patience';

/** After each loss: whether the run is over. */
const seen = (patience: Patience, losses: number[]): boolean[] =>
  losses.map((loss) => {
    patience.see(loss);
    return patience.over;
  });

test('a loss is better where it is below the lowest by more than the threshold, and the lowest is kept all the same', () => {
  const patience = new Patience(2, 0.5);
  expect(seen(patience, [3, 2.5])).toEqual([false, false]);
  // Not by more than the threshold, and the lowest from now on.
  expect(patience.state).toEqual({ best: 2.5, evaluations: 1 });
  expect(seen(patience, [1.75])).toEqual([false]);
  expect(patience.state).toEqual({ best: 1.75, evaluations: 0 });
  expect(seen(patience, [1.75, 4])).toEqual([false, true]);
  expect(patience.state).toEqual({ best: 1.75, evaluations: 2 });
});

test('what is no number is no improvement, and is not kept', () => {
  const patience = new Patience(3, 0);
  expect(seen(patience, [NaN, Infinity, 5, NaN, 4.9, NaN, NaN, Infinity])).toEqual([false, false, false, false, false, false, false, true]);
  expect(patience.state).toEqual({ best: 4.9, evaluations: 3 });
});

test('a resumed run goes on with what it had waited', () => {
  expect(seen(new Patience(3, 0, { best: 1, evaluations: 2 }), [1])).toEqual([true]);
  expect(new Patience(3, 0, { best: 1, evaluations: 3 }).over).toBe(true);
  expect(new Patience(3, 0).state).toEqual({ best: null, evaluations: 0 });
});
