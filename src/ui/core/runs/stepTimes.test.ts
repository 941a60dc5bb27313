import { expect, test } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { DataInfo, DeviceReport, RunSpec } from '../../../train/protocol';
import { useCatalog } from '../data/catalog';
import { estimate } from './estimate';
import { putLiveStep, putStepTimes, timedStep, useStepTimes } from './stepTimes';

const spec = (r: number, train = {}): RunSpec => ({ id: '', name: '', model: 'm', data: 'd', method: { method: 'lora', r }, train: completeTrain({ batch: 10, steps: 60, eval_every: 20, test_limit: 50, ...train }) });

test('where nothing was trained yet, a run takes what its steps and its evaluations take', () => {
  useCatalog.setState({ device: { description: 'gpu' } as DeviceReport, datasets: [{ id: 'd', val: 100, test: 500, train_per_class: [500, 500] } as DataInfo] });
  putStepTimes([spec(4), spec(8)], [0.5, null]);
  const { times } = useStepTimes.getState();
  // Of another length, seed or rate it is the same step; of another rank, batch or device it is not.
  expect([spec(4), spec(4, { steps: 10, seed: 3, lr: 0.1 }), spec(8), spec(4, { batch: 5 })].map((one) => timedStep(times, one, 'gpu'))).toEqual([0.5, 0.5, null, null]);
  expect(timedStep(times, spec(4), 'another')).toBeNull();
  // 60 steps, and 3 looks at 100 images and one at 50, in batches of 10, at a third of a step.
  const all = estimate([spec(4)], ({ train }) => train.steps, [], 'gpu');
  expect([all.seconds, all.unknown]).toEqual([expect.closeTo(30 + 35 / 6), 0]);
  expect(estimate([spec(8)], ({ train }) => train.steps, [], 'gpu')).toEqual({ seconds: 0, unknown: 1 });

  // A method that is not ticked goes by the step of one that is, and by the work of both.
  useCatalog.setState({ plans: { lora: { plan: { work: 0.75 } }, full: { plan: { work: 1.5 } }, linear_probe: { plan: { work: 0.5 } } } as never });
  const other = (method: string) => estimate([{ ...spec(4), method: { method } }], ({ train }) => train.steps, [], 'gpu');
  expect(other('full')).toEqual({ seconds: expect.closeTo(2 * all.seconds), unknown: 0 });
  expect(other('linear_probe').seconds).toBeCloseTo((2 / 3) * all.seconds);
  expect(other('vera')).toEqual({ seconds: 0, unknown: 1 });
});

test('what was timed goes on to hold while something trains, when nothing can be; what was not timed is told by the run that goes on', () => {
  useCatalog.setState({ device: { description: 'gpu' } as DeviceReport, plans: { lora: { plan: { work: 1 } }, vera: { plan: { work: 3 } } } as never });
  useStepTimes.setState({ times: [] });
  const of = (r: number) => timedStep(useStepTimes.getState().times, spec(r), 'gpu');
  putStepTimes([spec(4)], [0.5]);
  putStepTimes([spec(4), spec(8)], [null, null]);
  // About as long is as long: a time that is shown does not change with each measurement.
  putLiveStep(spec(4), 0.6);
  putStepTimes([spec(4)], [0.4]);
  expect([of(4), of(8)]).toEqual([0.5, null]);
  putLiveStep(spec(8), 1);
  expect([of(8), useStepTimes.getState().times.length]).toEqual([1, 2]);
  // The device has become slower, for whatever waits as well.
  putLiveStep(spec(8), 5);
  expect([of(8), of(4)]).toEqual([5, 2.5]);
  putStepTimes([spec(8), spec(4)], [0.25, 0.125]);
  expect([of(8), of(4), useStepTimes.getState().times.length]).toEqual([0.25, 0.125, 2]);
  // Methods that were never timed go by it, too.
  useStepTimes.setState({ times: [] });
  putLiveStep(spec(4), 1);
  expect(estimate([{ ...spec(4), data: 'gone', method: { method: 'vera' } }], () => 10, [], 'gpu')).toEqual({ seconds: 30, unknown: 0 });
});
