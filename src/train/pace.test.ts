import { expect, test } from 'vitest';
import { completeTrain } from './config';
import { looksAfter, Pace, rowsLooked } from './pace.meta';

const train = completeTrain({ batch: 10, eval_every: 20 });

test('a run looks at what it is followed on at each evaluation and once at its end, and at the test', () => {
  expect([0, 19, 20, 40, 59].map((step) => looksAfter(train, 60, step))).toEqual([2, 2, 1, 0, 0]);
  expect(rowsLooked(train, 60, { follow: 100, test: 500 })).toBe(800);
  // The evaluation at the end is not one on the way; without any on the way there is that one.
  expect([rowsLooked(train, 65, { follow: 100, test: 0 }), rowsLooked({ ...train, eval_every: 0 }, 60, { follow: 100, test: 500 })]).toEqual([400, 600]);
  expect(looksAfter(completeTrain({ early_stopping_patience: 3 }), 60)).toBe(19);
});

test('the time of evaluations is a third of the time of steps, until one has been measured', () => {
  let now = 0;
  const pace = new Pace(train, 60, { follow: 100, test: 500 }, () => 3, () => now);
  // 0.1 s a row: two evaluations on the way, one at the end and the test.
  expect(pace.after(1)).toBeCloseTo(80);
  pace.begin();
  expect(pace.within(20, 60)).toBeCloseTo(76);
  now = 20_000;
  expect(pace.end(100)).toBe(20);
  expect(pace.after(20)).toBeCloseTo(140);
  pace.finish(false);
  pace.begin();
  expect([pace.within(60, 100), pace.within(60, 0)]).toEqual([120, 100]);
  now = 30_000;
  pace.end(100);
  pace.begin();
  // The first one, in which kernels are compiled, says nothing once there is another.
  expect(pace.within(60, 10)).toBeCloseTo(1);
});

test('after early stopping only the test is left', () => {
  const pace = new Pace(train, 60, { follow: 100, test: 500 }, () => 3);
  pace.finish(true);
  expect(pace.after(40)).toBeCloseTo(50);
  pace.begin();
  expect(pace.after(40)).toBe(0);
});
