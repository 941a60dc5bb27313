import { beforeEach, expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import type { MethodConfig } from '../../train/protocol';
import { differing } from './columns';
import { factNamed } from './facts';
import { groupRuns, meanFact, nameOf, verdict, wholeNameOf } from './runGroups';
import { setCurve } from './metrics';
import { runOf } from './runRecords';
import { useRuns, type Run } from './runs';
import { firstDifference, twins } from './table';

beforeEach(() => useRuns.setState(useRuns.getInitialState(), true));

let next = 0;
/** A finished run with this accuracy. */
function run(accuracy: number, seed: number, method: MethodConfig = { method: 'lora', r: 8 }, change: Partial<Run> = {}): Run {
  const { run: made, curve } = runOf(runRecord({ state: 'done', created: ++next }, { seed }, method), `run${next}`);
  setCurve(made.id, curve);
  const final = { ...made.summary!.final!, accuracy };
  return { ...made, summary: { ...made.summary!, final }, ...change };
}
const accuracy = factNamed('accuracy')!;
const vera = { method: 'vera', r: 100 };

test('runs that differ in their seed alone are one row with a mean and an interval; what failed is counted and left out', () => {
  const runs = [run(0.69, 0), run(0.7, 1), run(0.71, 2), run(0.1, 3, undefined, { state: 'failed' }), run(0.6, 0, vera)];
  const groups = groupRuns(runs, 'seed');
  expect(groups.map(({ method, runs: all, failed, seeds }) => [method, all.length, failed, seeds])).toEqual([['lora', 4, 1, [0, 1, 2]], ['vera', 1, 0, [0]]]);
  expect(meanFact(groups[0], accuracy)).toMatchObject({ n: 3, mean: expect.closeTo(0.7, 9), interval: expect.closeTo(0.0248, 4) });
  expect(meanFact(groups[1], accuracy)).toMatchObject({ n: 1, interval: null });
});

test('the same run once more is no second measurement', () => {
  const [group] = groupRuns([run(0.7, 0), run(0.7, 0), run(0.72, 1), run(0.1, 4, undefined, { state: 'failed' })], 'seed');
  expect(group.counted).toHaveLength(2);
  // It has a result: it is neither failed nor unfinished.
  expect([group.again, group.failed, group.runs.length]).toEqual([1, 1, 4]);
});

const lora = (change: object = {}) => ({ method: 'lora', r: 8, lora_alpha: 8, target_modules: ['query', 'value'], ...change });
/** A finished run of LoRA with these training settings. */
const trained = (train: object, method: MethodConfig = lora(), change: Partial<Run> = {}): Run => {
  const made = run(0.7, 0, method, change);
  return { ...made, spec: { ...made.spec, train: { ...made.spec.train, ...train } } };
};

test('how often a run is looked at, saved and on how much it is tested tells no groups apart', () => {
  const groups = groupRuns([trained({}), trained({ seed: 1, eval_every: 7 }), trained({ seed: 2, checkpoint_every: 3, snapshots: 6, test_limit: 20 })], 'seed');
  expect(groups.map((group) => [nameOf(group), group.seeds])).toEqual([['LoRA r 8', [0, 1, 2]]]);
});

test('a name is method and setting, and one thing more where that is not enough; the rest is in the whole name', () => {
  const names = (...runs: Run[]) => groupRuns(runs, 'seed').map((group) => nameOf(group));
  // The setting is enough, whatever else differs.
  expect(names(trained({}), trained({ steps: 9, lr: 0.01, weight_decay: 0 }, lora({ r: 4 })))).toEqual(['LoRA r 8', 'LoRA r 4']);
  // It is not: the steps tell them apart, the cadence is not told.
  expect(names(trained({ steps: 10, eval_every: 1 }), trained({ steps: 20, eval_every: 2 }))).toEqual(['LoRA r 8, steps 10', 'LoRA r 8, steps 20']);
  const many = groupRuns([trained({ steps: 10, batch: 2, lr: 0.1, weight_decay: 1 }), trained({ steps: 20, batch: 2, lr: 0.1, weight_decay: 1 }), trained({ steps: 30, batch: 4, lr: 0.2, weight_decay: 0 })], 'seed');
  for (const group of many) expect(nameOf(group)).toMatch(/^LoRA r 8, steps \d0$/);
  expect(wholeNameOf(many[2])).toMatch(/steps 30.*batch 4.*lr 0\.2.*weight decay 0/);
});

test('recorded runs are never put together with others, and what is said names their source', () => {
  const recorded = trained({}, lora(), { id: 'recorded 0' });
  const anna = trained({ seed: 1 }, lora(), { theirs: { file: 'anna.runs.json', id: 'x', at: 0 } });
  const both = groupRuns([recorded, trained({})], 'seed');
  expect(both.map((group) => [nameOf(group), group.counted.length])).toEqual([['LoRA r 8, recorded', 1], ['LoRA r 8', 1]]);
  expect(groupRuns([recorded], 'seed').map(nameOf)).toEqual(['LoRA r 8']);
  expect(groupRuns([recorded, anna], 'seed').map(nameOf)).toEqual(['LoRA r 8, recorded', 'LoRA r 8, from anna']);
  expect(groupRuns([trained({}), anna, trained({}, vera)], 'seed').map(nameOf)).toEqual(['LoRA r 8, yours and anna’s', 'VeRA r 100']);
});

test('what is said of the means has their uncertainty', () => {
  const alike = groupRuns([run(0.7, 0), run(0.72, 1), run(0.71, 2), run(0.69, 0, vera), run(0.73, 1, vera), run(0.7, 2, vera)], 'seed');
  expect(verdict(alike, 'seed')).toEqual([expect.stringMatching(/^LoRA r 8 is highest, but VeRA r 100 is not distinguishable from it over 3 seeds/)]);
  const apart = groupRuns([run(0.9, 0), run(0.91, 1), run(0.9, 2), run(0.5, 0, vera), run(0.51, 1, vera), run(0.5, 2, vera)], 'seed');
  expect(verdict(apart, 'seed')).toEqual([expect.stringMatching(/^LoRA r 8 is better than VeRA r 100/)]);
  const single = groupRuns([run(0.9, 0), run(0.5, 0, vera)], 'seed');
  expect(verdict(single, 'seed')).toEqual([expect.stringMatching(/^One seed each: differences may be chance/)]);
  expect(verdict(groupRuns([run(0.9, 0)], 'seed'), 'seed')).toEqual([]);
});

test('columns are the settings that differ, and no others', () => {
  const names = (...runs: Run[]) => differing(runs).map(({ name }) => name);
  expect(names(run(0.7, 0), run(0.7, 0))).toEqual([]);
  expect(names(run(0.7, 0), run(0.7, 1))).toEqual(['seed']);
  expect(names(run(0.7, 0), run(0.7, 0, { method: 'lora', r: 4 }))).toEqual(['setting']);
  // Another method has other fields, which is no difference within a method.
  expect(names(run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 8 }), run(0.7, 0, vera))).toEqual(['setting', 'lr'].filter((name) => names(run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 8 }), run(0.7, 0, vera)).includes(name)));
  expect(names(run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 8 }), run(0.7, 0, { method: 'lora', r: 8, lora_alpha: 16 }))).toEqual(['lora_alpha']);
});

test('of two runs of the same settings the later one is the twin; failed ones are none', () => {
  const [a, b, c, d] = [run(0.7, 0), run(0.7, 0), run(0.7, 1), run(0.7, 0, undefined, { state: 'failed' })];
  expect([...twins([d, c, b, a])]).toEqual([[b.id, a.id]]);
});

test('two curves are the same bit for bit, or differ from a step on', () => {
  const [a, b, c] = [run(0.7, 0), run(0.7, 0), run(0.7, 1)];
  expect(firstDifference(a.id, b.id)).toBeNull();
  expect(firstDifference(a.id, c.id)).toBe(1);
});
