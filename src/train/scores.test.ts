import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import type { Evaluation } from './protocol';
import { imbalanceOf, measureOf, rightOf, scoresOf } from './scores.meta';

/** confusion[label][prediction] of labels and predictions. */
function confusionOf(labels: number[], predictions: number[], classes: number): { confusion: number[][] } {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, label] of labels.entries()) {
    const [row, prediction] = [defined(confusion[label]), defined(predictions[i])];
    row[prediction] = defined(row[prediction]) + 1;
  }
  return { confusion };
}

test('the examples of scikit-learn’s documentation', () => {
  // balanced_accuracy_score: 0.625; f1_score(average='macro'): 0.267.
  expect(scoresOf(confusionOf([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1], 2))!.balanced_accuracy).toBe(0.625);
  expect(scoresOf(confusionOf([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3))!.macro_f1).toBeCloseTo(0.26666666, 7);
});

test('a class without images counts where it was predicted, in F1 alone; one that is nowhere counts nowhere', () => {
  const found = scoresOf(confusionOf([0, 0, 1], [0, 2, 1], 4))!;
  expect(found.balanced_accuracy).toBe((1 / 2 + 1) / 2);
  expect(found.macro_f1).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
});

test('where numbers were told their correlation is the measure, even one of nothing, and none is right or wrong; else accuracy is both', () => {
  const rows: Pick<Evaluation, 'accuracy' | 'scores'>[] = [{ accuracy: 0.5 }, { accuracy: 0.5, scores: {} }, { accuracy: 0.5, scores: { f1: 0.9 } }, { accuracy: 0.5, scores: { pearson: -0.2 } }, { accuracy: 0.5, scores: { pearson: 0 } }];
  expect([rows.map(measureOf), rows.map(rightOf)]).toEqual([[0.5, 0.5, 0.5, -0.2, 0], [0.5, 0.5, 0.5, NaN, NaN]]);
});

test('a matrix is looked at once', () => {
  const [matrix, empty] = [confusionOf([0, 1], [0, 1], 2), confusionOf([], [], 2)];
  expect(scoresOf(matrix)).toBe(scoresOf(matrix));
  expect([scoresOf(empty), scoresOf(empty)]).toEqual([null, null]);
});

test('no matrix, no scores', () => {
  expect([scoresOf({ confusion: [] }), scoresOf({ confusion: [[0, 0], [0, 0]] })]).toEqual([null, null]);
});

test('classes are called unequal from half as many images more on', () => {
  expect([[[5, 1], [0, 4]], [[6, 0], [1, 3]], [[9, 0, 0], [0, 3, 0], [0, 0, 0]], []].map((confusion) => imbalanceOf({ confusion }))).toEqual([1, 1, 3, 1]);
  expect(imbalanceOf({ confusion: [[7, 0], [1, 3]] })).toBe(7 / 4);
});
