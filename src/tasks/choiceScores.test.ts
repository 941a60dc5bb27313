import { expect, test } from 'vitest';
import { choiceScores } from './metrics.meta';

const rowsOf = (rows: [sums: number[], letters: number[], right: number][]) => rows.map(([sums, letters, right]) => ({ sums, letters, right }));

test('the shares are those that numpy gives by the formulas of lm-evaluation-harness', () => {
  // np.argmax(lls) == gold and np.argmax(lls / completion_len) == gold, of numbers that numpy drew; in one row all are equal.
  const rows = rowsOf([
    [[-1.88, -8.05, -9.81, -9.72], [2, 1, 3, 9], 1],
    [[-9.46, -5.98, -14.01, -17.47], [10, 18, 1, 2], 1],
    [[-8.35, -14.41, -9.52, -17.82], [6, 5, 2, 12], 0],
    [[-14.68, -15.32, -17.97], [18, 8, 16], 2],
    [[-15.54, -5.9, -10.7], [12, 17, 13], 1],
    [[-9.86, -14.71, -9.81, -12.37], [10, 18, 4, 16], 2],
    [[-11.36, -11.36], [15, 5], 0],
    [[-19.07, -6.18, -8.38], [4, 19, 2], 1],
  ]);
  expect(choiceScores(rows)).toEqual({ choice_accuracy: 0.75, choice_accuracy_norm: 0.625 });
});

test('of equals the first is chosen, nothing where a number is missing, and of no rows nothing is said', () => {
  expect(choiceScores(rowsOf([[[-2, -2], [1, 1], 0], [[-2, -2], [1, 1], 1]]))).toEqual({ choice_accuracy: 0.5, choice_accuracy_norm: 0.5 });
  expect(choiceScores(rowsOf([[[NaN, -2], [1, 1], 0], [[-1, NaN], [1, 1], 0]]))).toEqual({ choice_accuracy: 0, choice_accuracy_norm: 0 });
  expect(choiceScores(rowsOf([[[-Infinity, -Infinity], [1, 1], 0]]))).toEqual({ choice_accuracy: 1, choice_accuracy_norm: 1 });
  expect(choiceScores([])).toEqual({});
});
