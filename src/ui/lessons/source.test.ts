import { expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import type { MethodConfig, TrainConfig } from '../../train/protocol';
import { runOf } from '../core/runs/runRecords';
import type { Run } from '../core/runs/runs';
import { lessons } from './lessons';
import { aboutRuns } from './parts';
import { conditions, fills, ownGroups } from './source';

let next = 0;
/** A finished run of the page. */
function run(method: MethodConfig, train: Partial<TrainConfig> = {}, change: Partial<Run> = {}): Run {
  const id = `run ${next++}`;
  const record = runRecord({ state: 'done', created: next }, train, method);
  return { ...runOf({ ...record, spec: { ...record.spec, id } }, id).run, ...change };
}
const seeds = [0, 1, 2];
const lora = (r: number, train: Partial<TrainConfig> = {}) => seeds.map((seed) => run({ method: 'lora', r }, { ...train, seed }));
const all = (train: Partial<TrainConfig> = {}) => [
  ...[1, 4, 16].flatMap((r) => lora(r, train)),
  ...seeds.map((seed) => run({ method: 'randlora', r: 11 }, { ...train, seed })),
  ...seeds.map((seed) => run({ method: 'full' }, { ...train, seed })),
  ...seeds.map((seed) => run({ method: 'linear_probe' }, { ...train, seed })),
];

test('own runs fill a lesson when every part has what it speaks of', () => {
  expect(ownGroups(all(), lessons.rank).full).toBe(true);
  expect(ownGroups(lora(4), lessons.rank)).toMatchObject({ full: false, groups: [{ method: 'lora', setting: 'r 4' }] });
  expect(ownGroups([], lessons.rank)).toEqual({ full: false, groups: [] });
});

test('runs of other lengths, of other people, and recorded ones are never mixed in', () => {
  const mine = all();
  const longer = lora(8, { steps: 99 });
  const hers = lora(2).map((one) => ({ ...one, theirs: { file: 'ana.json', id: one.id, at: 0 } }));
  const recorded = lora(32).map((one) => ({ ...one, id: `recorded ${one.id}` }));
  const { groups, full } = ownGroups([...mine, ...longer, ...hers, ...recorded], lessons.rank);
  expect(full).toBe(true);
  expect(groups.filter(({ method }) => method === 'lora').map(({ setting }) => setting).sort()).toEqual(['r 1', 'r 16', 'r 4']);
});

test('of a method only the variant of its newest run counts', () => {
  const plain = lora(4);
  const scaled = seeds.map((seed) => run({ method: 'lora', r: 8, use_rslora: true }, { seed }));
  expect(conditions([...plain, ...scaled], []).map((runs) => runs.map(({ spec }) => spec.method.r))).toEqual([[8, 8, 8]]);
});

test('what a lesson varies keeps its runs together', () => {
  const few = [1, 4].flatMap((shots) => ['lora', 'randlora', 'linear_probe'].flatMap((method) => seeds.map((seed) => run({ method, r: 5 }, { seed, shots }))));
  expect(ownGroups(few, lessons['few-shots']).full).toBe(true);
  expect(fills(lessons['few-shots'], ownGroups(few.filter((one) => one.spec.train.shots === 1), lessons['few-shots']).groups)).toBe(false);
});

test('what is presented says every data set and length that it is of', () => {
  const [one, other] = [run({ method: 'full' }, {}, { dataTitle: 'Fashion', modelTitle: 'vit', lastStep: 60 }), run({ method: 'full' }, { seed: 1 }, { dataTitle: 'my hands', modelTitle: 'vit', lastStep: 60 })];
  expect(aboutRuns([one, other])).toBe('Fashion, my hands, vit, 60 steps, 2 seeds');
  expect(aboutRuns([{ ...one, lastStep: 120 }, { ...other, dataTitle: 'Fashion', lastStep: 20 }, run({ method: 'lora', r: 4 }, {}, { dataTitle: 'Fashion', modelTitle: 'vit', lastStep: 20 })])).toBe('Fashion, vit, 20 and 120 steps, 1 to 2 seeds');
  expect(aboutRuns([])).toBe('');
});
