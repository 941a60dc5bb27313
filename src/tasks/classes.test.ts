import { describe, expect, test } from 'vitest';
import { classify } from './classes';

/** Rows (count, 4) of what was said: loss, right, counted, prediction. */
const rowsOf = (said: readonly number[], loss: (i: number) => number = () => 0): Float32Array => Float32Array.from(said.flatMap((prediction, i) => [loss(i), 9, 9, prediction]));

describe('judging classes', () => {
  test('the mean loss, what is right of all and of each class, and who was taken for whom', () => {
    const verdict = classify.judge(rowsOf([0, 2, 1, 0, 1], (i) => i / 2), { labels: [0, 0, 1, 1, 1], classes: 4 });
    expect(verdict).toEqual({ loss: 1, accuracy: 3 / 5, per_class: [1 / 2, 2 / 3, NaN, NaN], confusion: [[1, 0, 1, 0], [1, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]] });
  });

  test('images are named where there are names: 24 right ones of a class, 200 of a mistake', () => {
    const said = [...new Array<number>(30).fill(0), ...new Array<number>(210).fill(1)];
    const { images } = classify.judge(rowsOf(said), { labels: said.map(() => 0), classes: 2, name: (i) => `image ${i}` });
    expect(images).toHaveLength(224);
    expect(images?.slice(22, 26)).toEqual([['image 22', 0, 0], ['image 23', 0, 0], ['image 30', 0, 1], ['image 31', 0, 1]]);
    expect(images?.at(-1)).toEqual(['image 229', 0, 1]);
  });

  test('never more than four thousand', () => {
    // 21 kinds of mistakes, 200 of each.
    const said = Array.from({ length: 21 * 200 }, (_, i) => 1 + Math.floor(i / 200));
    const { images } = classify.judge(rowsOf(said), { labels: said.map(() => 0), classes: 22, name: String });
    expect(images).toHaveLength(4000);
    expect(images?.at(-1)).toEqual(['3999', 0, 20]);
  });

  test('an evaluation is better by its accuracy alone, and not where that is the same', () => {
    const of = (accuracy: number, loss: number) => ({ accuracy, loss, step: 0, split: 'val' as const, count: 1, per_class: [], confusion: [] });
    expect([classify.better(of(0.5, 1), of(0.6, 2)), classify.better(of(0.5, 2), of(0.5, 1)), classify.better(of(0.5, 2), of(0.4, 1))]).toEqual([true, false, false]);
  });
});

test('a batch has images and labels, and of mixed ones the other labels and shares; its classes may weigh', () => {
  const model = { channels: 3, image_size: 16 } as Parameters<typeof classify.batch>[0];
  expect(classify.batch(model, 5)).toEqual({ pixel_values: { shape: [5, 3, 16, 16], dtype: 'f32' }, labels: { shape: [5], dtype: 'u32' } });
  expect(classify.mixed?.(5)).toEqual({ other_labels: { shape: [5], dtype: 'u32' }, shares: { shape: [5], dtype: 'f32' } });
  expect([classify.weighs, classify.fits(model, undefined)]).toEqual([true, true]);
});
