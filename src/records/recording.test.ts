import { expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { runRecord } from '../testing/runRecord';
import { packRecording, unpackRecording } from './recording.meta';

test('runs that nobody followed are recorded for their results alone', () => {
  const recording = packRecording('a command', { model_title: 'ViT', data_title: 'Clothes', classes: ['a', 'b'], budget: 43_000, notes: { vera: 'why' } }, [runRecord({}, { eval_every: 0 })]);
  const back = defined(unpackRecording(JSON.parse(JSON.stringify(recording)) as typeof recording)[0]);
  expect(recording).toMatchObject({ budget: 43_000, notes: { vera: 'why' } });
  expect([back.curve, back.summary?.final?.accuracy]).toEqual([[], runRecord().summary!.final!.accuracy]);
});

test('a recording gives back losses, accuracies and memory of every run; of its steps nothing else', () => {
  const records = [runRecord(), runRecord({}, { seed: 1 })];
  const recording = packRecording('a command', { model_title: 'ViT', data_title: 'Clothes', classes: ['a', 'b'] }, records);
  const back = unpackRecording(JSON.parse(JSON.stringify(recording)) as typeof recording);
  expect(back.map(({ spec, curve }) => [spec, curve.map(({ step, loss }) => [step, loss])])).toEqual(records.map(({ spec, curve }) => [spec, curve.map(({ step, loss }) => [step, Number(loss.toPrecision(3))])]));
  for (const [i, { curve }] of back.entries()) {
    expect(curve.reduce((sum, { ms }) => sum + ms, 0) / 1000).toBeCloseTo(defined(records[i]).summary!.seconds, 3);
    for (const point of curve) expect([point.accuracy, point.lr, point.grad_norm]).toEqual([NaN, NaN, NaN]);
  }
  // What is right of each class stands in the confusions.
  expect(back.map(({ summary }) => summary!.final!.per_class)).toEqual(records.map(({ summary }) => summary!.final!.per_class));
  expect(back.map(({ evaluations }) => evaluations.map(({ step, accuracy }) => [step, accuracy]))).toEqual(records.map(({ evaluations }) => evaluations.map(({ step, accuracy }) => [step, accuracy])));
  expect(defined(back[0]).summary?.final?.confusion).toEqual(defined(records[0]).summary?.final?.confusion);
  expect(defined(back[0]).summary?.allocated).toEqual(defined(records[0]).summary?.allocated);
  expect(defined(back[0]).classes).toEqual(['a', 'b']);
});
