import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import { factNamed, type Fact } from '../runs/facts';
import { groupRuns } from '../runs/runGroups';
import { runOf } from '../runs/runRecords';
import { axisOf, hasFront, isOffered, metrics, titleOfTwo } from './axes';
import { pointsOf } from './points';

const named = (name: string): Fact => metrics.find((one) => one.name === name)!;

test('quantities are counted where they are whole, and never below nothing', () => {
  for (const name of ['seed', 'skipped', 'steps', 'batch', 'r']) expect(axisOf(named(name), [], false)(0, 0), name).toMatchObject({ min: 0, ticks: [0, 1] });
  for (const metric of metrics) expect(axisOf(metric, [], metric.log ?? false)(0, 0).min, metric.name).toBe(0);
  expect(axisOf(named('trainable'), [], true)(1000, 2000).log).toBe(true);
  expect(axisOf(named('trainable'), [], false)(1000, 2000).log).toBe(false);
});

test('a run on all pictures has no place among numbers of shots', () => {
  const runs = [0, 4].map((shots) => runOf(runRecord({}, { shots }), `${shots}`).run);
  expect(pointsOf(groupRuns(runs, 'seed'), named('shots'), named('accuracy')).map(({ x }) => x)).toEqual([4]);
  expect(named('shots').title).toBe(factNamed('shots')!.title);
});

test('a setting that a group has several of is no quantity to choose', () => {
  const runs = [0, 1].map((seed) => runOf(runRecord({}, { seed }), `${seed}`).run);
  const offered = (by: 'run' | 'seed') => ['seed', 'lr', 'accuracy', 'steps_done'].filter((name) => isOffered(named(name), groupRuns(runs, by)));
  expect([offered('seed'), offered('run')]).toEqual([['lr', 'accuracy', 'steps_done'], ['seed', 'lr', 'accuracy', 'steps_done']]);
});

test('titles have words where there are some, and symbols as they are; a front is of two that can be better', () => {
  expect([titleOfTwo(named('shots'), named('lr')), titleOfTwo(named('lr'), named('r')), titleOfTwo(named('memory'), named('accuracy'))]).toEqual(['Learning rate against shots', 'r against learning rate', 'Test accuracy against memory']);
  expect([hasFront(named('lr'), named('r')), hasFront(named('lr'), named('accuracy')), hasFront(named('memory'), named('accuracy'))]).toEqual([false, false, true]);
});
