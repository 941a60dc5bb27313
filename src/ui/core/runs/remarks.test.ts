import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import type { Evaluation } from '../../../train/protocol';
import { remarksOn, sharedBy } from './remarks';
import { factNamed } from './facts';
import { runOf } from './runRecords';
import type { Run } from './runs';

/** A finished run with this confusion matrix on its test pictures. */
function run(confusion: number[][], seed: number, early = false): Run {
  const record = runRecord({ state: 'done' }, { seed });
  const final: Evaluation = { ...record.summary!.final!, confusion };
  const early_stopping = { eval_every: 2, held: 3, evaluations: 2, stopped: early };
  const summary = { ...record.summary!, final, plan: { ...record.summary!.plan, steps: 60 }, ...(early && { steps: 4, early_stopping }) };
  return { ...runOf({ ...record, summary }, `r${seed}`).run, lastStep: early ? 4 + 2 * seed : 60 };
}

// Recalls of 15/16 and 1/4, and of 12/16 and 3/4.
const lopsided = [[15, 1], [3, 1]];
const even = [[12, 4], [1, 3]];
const around = { stale: () => false, twin: () => '', hidden: () => false };

/** Said of the twenty that these runs have. */
const few = 'There are 20 test pictures: one more right answer is worth 5.0 points.';

test('where classes are not of one size, what accuracy hides stands beside a finding', () => {
  expect(remarksOn([{ name: 'LoRA r 8', runs: [run(lopsided, 0)] }, { name: 'Full', runs: [run(even, 0), run(even, 1), run(even, 2)] }])).toEqual([
    'The largest class has 4.0 times the test pictures of the smallest, so it weighs more in accuracy. Balanced accuracy, %: Full: 75.0 ± 0.0, LoRA r 8: 59.4.',
    few,
    // Saying the large class alone is right 16 times of 20.
    expect.stringMatching(/^LoRA r 8 and Full have not left chance/),
  ]);
  expect(remarksOn([{ name: 'LoRA r 8', runs: [run([[8, 2], [1, 9]], 0)] }])).toEqual([few]);
  // A run that kept no matrix is not spoken of.
  expect(remarksOn([{ name: 'LoRA r 8', runs: [run([], 0)] }])).toEqual([few]);
});

test('runs that ended early are counted, with their steps', () => {
  expect(remarksOn([{ name: 'a', runs: [run([], 0, true), run([], 1, true), run([], 2)] }])).toEqual([few, 'Early stopping ended 2 of 3 runs, after 4 to 6 of 60 steps.']);
});

test('what is in training and in the test is told of runs that know it', () => {
  const sharing = (exact: number, near: number, seed: number): Run => {
    const one = run([], seed);
    return { ...one, summary: { ...one.summary!, shared: { exact, near } } };
  };
  expect(remarksOn([{ name: 'a', runs: [sharing(0, 0, 0), run([], 1)] }])).toEqual([few]);
  expect(remarksOn([{ name: 'a', runs: [sharing(0, 10, 0), run([], 1)] }])).toEqual([few, '10 test pictures are nearly the same as in training: the result looks better than it is.']);
  expect(sharedBy([sharing(1, 0, 0), sharing(2, 3, 1)])).toEqual(['2 test pictures are in training too, and 3 more nearly so: the result looks better than it is.']);
});

test('scores are facts of a run; there is none without its matrix', () => {
  const of = (name: string, confusion: number[][]) => factNamed(name)!.of(run(confusion, 0), around);
  expect(of('balanced_accuracy', lopsided)).toBe((15 / 16 + 1 / 4) / 2);
  // F1 of 30 / (16 + 18) and 2 / (4 + 2).
  expect(of('macro_f1', lopsided)).toBeCloseTo((30 / 34 + 2 / 6) / 2, 12);
  expect([of('balanced_accuracy', []), of('macro_f1', [])]).toEqual([null, null]);
});
