import { describe, expect, test, vi } from 'vitest';
import { Recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { classify } from './classes';

/** Rows (count, 4) of what was said: loss, right, counted, prediction. */
const rowsOf = (predicted: readonly number[], loss: (i: number) => number = () => 0): Float32Array => Float32Array.from(predicted.flatMap((prediction, i) => [loss(i), 9, 9, prediction]));

describe('judging classes', () => {
  test('the mean loss, what is right of all and of each class, and who was taken for whom', () => {
    const verdict = classify.judge(rowsOf([0, 2, 1, 0, 1], (i) => i / 2), { labels: [0, 0, 1, 1, 1], classes: 4 });
    expect(verdict).toEqual({ loss: 1, accuracy: 3 / 5, per_class: [1 / 2, 2 / 3, NaN, NaN], confusion: [[1, 0, 1, 0], [1, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]] });
  });

  test('images are named where there are names, with the probability of their label: 24 right ones of a class, 200 of a mistake', () => {
    const predicted = [...new Array<number>(30).fill(0), ...new Array<number>(210).fill(1)];
    const { images } = classify.judge(rowsOf(predicted, (i) => (i === 31 ? Math.log(8) : 0)), { labels: predicted.map(() => 0), classes: 2, name: (i) => `image ${i}` });
    expect(images).toHaveLength(224);
    expect(images?.slice(22, 26)).toEqual([['image 22', 0, 0, 1], ['image 23', 0, 0, 1], ['image 30', 0, 1, 1], ['image 31', 0, 1, 0.125]]);
    expect(images?.at(-1)).toEqual(['image 229', 0, 1, 1]);
  });

  test('never more than four thousand', () => {
    // 21 kinds of mistakes, 200 of each.
    const predicted = Array.from({ length: 21 * 200 }, (_, i) => 1 + Math.floor(i / 200));
    const { images } = classify.judge(rowsOf(predicted), { labels: predicted.map(() => 0), classes: 22, name: String });
    expect(images).toHaveLength(4000);
    expect(images?.at(-1)).toEqual(['3999', 0, 20, 1]);
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

describe('the loss', () => {
  /** Records the loss of logits (2, 3), without a device: its entries, and the gradient that it leaves. */
  function recorded(mixed: boolean, gradients: boolean) {
    const rec = new Recorder();
    const logits = rec.param('logits', [2, 3], 'head');
    const [labels, other_labels] = ['labels', 'other_labels'].map((name) => rec.declare('input', name, [2], 'u32'));
    const shares = rec.declare('input', 'shares', [2]);
    if (!labels || !other_labels) throw new Error('two inputs');
    let dout: Tensor | null = null;
    const { entries } = rec.program('loss', () => ({ dout } = classify.loss(logits, mixed ? { labels, other_labels, shares } : { labels }, 0.1)), { gradients });
    const losses = entries.filter(({ kernel }) => kernel.name === 'cross_entropy').map(({ tensors, overrides }) => ({ labels: tensors.labels?.label, shares: overrides.SHARED && tensors.shares?.label, rest: overrides.REST }));
    return { losses, sums: entries.filter(({ kernel }) => kernel.name === 'metrics').map(({ overrides }) => overrides.BESIDES), adds: entries.filter(({ kernel, tensors }) => kernel.name === 'add' && tensors.out === dout).length, dout };
  }

  test('of images alone is one cross entropy, whose gradient is the loss’s', () => {
    const { losses, sums, adds, dout } = recorded(false, true);
    expect([losses, sums, adds]).toEqual([[{ labels: 'labels', shares: undefined, rest: undefined }], [undefined], 0]);
    expect(dout).not.toBeNull();
    expect(recorded(false, false).dout).toBeNull();
  });

  test('of mixed ones is that of both labels, the other by the rest of each share, whose rows are counted once and whose gradients are added', () => {
    const both = [{ labels: 'labels', shares: 'shares', rest: undefined }, { labels: 'other_labels', shares: 'shares', rest: 1 }];
    const { losses, sums, adds, dout } = recorded(true, true);
    expect([losses, sums, adds]).toEqual([both, [undefined, 1], 1]);
    expect(dout).not.toBeNull();
    const without = recorded(true, false);
    expect([without.losses, without.sums, without.adds, without.dout]).toEqual([both, [undefined, 1], 0, null]);
  });

  test('is that of the logits which the model has for the pixels', () => {
    const [pixels, logits] = ['pixels', 'logits'].map((name) => new Recorder().declare('input', name, [1]));
    if (!pixels) throw new Error('pixels');
    const forward = vi.fn(() => logits);
    const context = {} as Parameters<typeof classify.forward>[0];
    expect(classify.forward(context, { forward } as unknown as Parameters<typeof classify.forward>[1], { pixel_values: pixels })).toBe(logits);
    expect(forward).toHaveBeenCalledWith(context, pixels);
  });
});
