import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { describeGolden, goldenJson } from '../testing/golden';
import { f1, matthews, pearson, spearman } from './metrics.meta';

interface Metrics {
  classification: { classes: number; predictions: number[]; labels: number[]; accuracy: number; matthews: number; f1?: number }[];
  regression: { predictions: number[]; labels: number[]; pearson: number; spearman: number }[];
}

describeGolden('metrics by scikit-learn and scipy', 'text/metrics/metrics.json', () => {
  const { classification, regression } = goldenJson<Metrics>('text/metrics/metrics.json');

  test('of classes', () => {
    for (const { classes, predictions, labels, ...wanted } of classification) {
      const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
      for (const [i, label] of labels.entries()) {
        const [row, prediction] = [defined(confusion[label]), defined(predictions[i])];
        row[prediction] = defined(row[prediction]) + 1;
      }
      expect(matthews(confusion)).toBeCloseTo(wanted.matthews, 12);
      if (wanted.f1 !== undefined && classes === 2) expect(f1(confusion)).toBeCloseTo(wanted.f1, 12);
    }
  });

  test('of numbers', () => {
    for (const { predictions, labels, ...wanted } of regression) {
      expect(pearson(predictions, labels)).toBeCloseTo(wanted.pearson, 10);
      expect(spearman(predictions, labels)).toBeCloseTo(wanted.spearman, 10);
    }
  });
});

test('where nothing changes there is no correlation', () => {
  expect(matthews([[3, 0], [4, 0]])).toBe(0);
  expect(f1([[3, 0], [4, 0]])).toBe(0);
  expect([pearson([1, 1, 1], [1, 2, 3]), pearson([1, 2, 3], [1, 1, 1])]).toEqual([0, 0]);
  // Equal numbers share the mean of their ranks: 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
  expect(spearman([1, 5, 5, 9], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
});
