import { expect, test } from 'vitest';
import { Curve } from './metrics';

const point = (step: number) => ({ step, loss: 1 / step, accuracy: 0.5, lr: 0.001, grad_norm: 1, ms: 250 });

test('a curve grows past its first buffer and keeps time', () => {
  const curve = new Curve();
  for (let step = 1; step <= 1000; step++) curve.push(point(step));
  expect(curve.n).toBe(1000);
  expect(curve.column('step')[999]).toBe(1000);
  expect(curve.column('seconds')[999]).toBeCloseTo(250, 3);
});

test('a stored curve goes on where it was cut back to a checkpoint', () => {
  const curve = new Curve();
  for (let step = 1; step <= 10; step++) curve.push(point(step));
  const again = new Curve(curve.record());
  again.truncate(6);
  for (let step = 7; step <= 10; step++) again.push(point(step));
  expect(again.record()).toEqual(curve.record());
});

test('an empty stored curve can grow', () => {
  const curve = new Curve(new Curve().record());
  curve.push(point(1));
  expect([...curve.column('loss')]).toEqual([1]);
});
