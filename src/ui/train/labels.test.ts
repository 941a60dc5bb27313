import { expect, test } from 'vitest';
import { noEdits, withDisabled, withLabel } from '../../data/edits.meta';
import { wilson } from '../../numbers/pairs';
import { completeTrain } from '../../train/config';
import type { Edits, Evaluation } from '../../train/protocol';
import { openLabelStudy } from '../core/analyses/recordedAnalyses';
import { makeRun, type Run } from '../core/runs/runs';
import { studyFinding } from './LabelCurve';
import { labelsWords } from './words/labels';
import { labelCurve, labelsAmong, teacherOf, unguessed, waiting } from './store/labels';

const names = ['unlabelled 1/a.png', 'unlabelled 1/b.png', 'unlabelled 1/c.png', 'unlabelled 1/d.png'];
const own = new Set(names);
const labelled = (count: number, edits: Edits = noEdits): Edits => names.slice(0, count).reduce((now, name) => withLabel(now, name, 'cat'), edits);
const about = { modelTitle: 'm', dataTitle: 'd', classes: ['cat', 'dog'] };

function ended(id: string, right: number, edits: Edits, change: Partial<Run> = {}): Run {
  const test = { step: 4, split: 'test', loss: 1, accuracy: right / 20, count: 20, per_class: [], confusion: [] } as Evaluation;
  const run = makeRun({ id, name: id, model: 'vit', data: 'pets', method: { method: 'lora', r: 4 }, train: completeTrain({}), edits }, about, '', Number(id));
  return { ...run, state: 'done', adapterBytes: 10, lastStep: 4, evaluations: [test], ...change };
}

test('the teacher is the newest run that has learned these classes here, and has left weights', () => {
  const runs = [ended('1', 10, noEdits), ended('2', 12, labelled(1)), ended('3', 12, labelled(2), { state: 'stopped' }), ended('4', 12, labelled(2), { adapterBytes: 0 }), ended('5', 12, labelled(2), { deleted: 1 })];
  expect(teacherOf(runs, { id: 'pets', classes: ['cat', 'dog'] }, 'vit')?.id).toBe('2');
  expect(teacherOf(runs, { id: 'pets', classes: ['cat', 'owl'] }, 'vit')).toBeUndefined();
  expect(teacherOf(runs, { id: 'pets', classes: ['cat', 'dog'] }, 'other')).toBeUndefined();
  expect(teacherOf(runs, { id: 'other', classes: ['cat', 'dog'] }, 'vit')).toBeUndefined();
});

test('why there is no guess goes by the runs that there are', () => {
  const why = (runs: Run[], { classes = ['cat', 'dog'], model = 'vit', asked = false } = {}) => {
    const found = unguessed(runs, { id: 'pets', classes }, model, asked);
    return found && labelsWords.unguessed[found.why](found.run.name);
  };
  const runs = [ended('1', 15, noEdits)];
  expect(why([])).toBeNull();
  expect(why([ended('1', 15, noEdits, { deleted: 1 }), ended('2', 15, noEdits, { state: 'failed' })])).toBeNull();
  expect(why(runs)).toBe('1 has not been asked about this picture yet.');
  expect(why(runs, { asked: true })).toBe('1 is being asked what it shows.');
  expect(why(runs, { model: 'deit' })).toMatch(/^1 was trained with another model/);
  expect(why(runs, { classes: ['cat', 'owl'] })).toMatch(/^1 has learned other classes/);
  expect(why([ended('2', 15, noEdits, { adapterBytes: 0 })])).toMatch(/^2 has left no weights/);
});

test('the curve has the newest run at each number of labels, of runs that differ in labels alone', () => {
  const other = withDisabled(noEdits, 'cat/1.png', true);
  const runs = [ended('1', 10, noEdits), ended('2', 11, labelled(2)), ended('3', 14, labelled(2)), ended('4', 2, labelled(3, other)), ended('5', 16, labelled(4))];
  const [low, high] = wilson(0.7, 20);
  const points = labelCurve(runs, runs[4], own);
  expect(points.map(({ labels, accuracy }) => [labels, accuracy])).toEqual([[0, 0.5], [2, 0.7], [4, 0.8]]);
  expect(points[1]).toEqual({ labels: 2, accuracy: 0.7, low, high, count: 20 });
  expect(labelCurve(runs, undefined, own)).toEqual([]);
  expect(labelsAmong(withLabel(labelled(3), 'cat/1.png', 'dog'), own)).toBe(3);
});

test('what is left comes in its order, then as it was added, and last what was skipped', () => {
  const order = [{ name: names[2]!, top: [{ label: 'cat', probability: 0.6 }] }, { name: names[1]!, top: [] }];
  const next = (state: Partial<Parameters<typeof waiting>[0]>, edits: Edits = noEdits) => waiting({ names, order, skipped: [], unreadable: [], ...state }, edits).map(({ name }) => name.at(-5));
  expect(next({})).toEqual(['c', 'b', 'a', 'd']);
  expect(next({ skipped: [names[2]!, names[0]!] })).toEqual(['b', 'd', 'c', 'a']);
  expect(next({ skipped: [names[2]!] }, withDisabled(labelled(2), names[3]!, true))).toEqual(['c']);
  expect(next({ unreadable: [{ name: names[2]!, reason: 'damaged' }] })).toEqual(['b', 'a', 'd']);
  expect(waiting({ names: null, order: [], skipped: [], unreadable: [] }, noEdits)).toEqual([]);
});

test('the finding of the recorded comparison is made of its numbers', () => {
  const study = (differences: readonly number[]) => ({ labels: [20, 80], test: 500, runs: differences.flatMap((difference, seed) => [{ order: 'chosen' as const, seed, accuracy: [0.5, 0.6 + difference] }, { order: 'random' as const, seed, accuracy: [0.5, 0.6] }]) });
  const both = (said: string) => said.split('. With 80 labels ');
  // With one training after the first both say the same of 5, 6 and 7 points: scipy.stats.t.interval(0.95, 2, 6, 1 / 3 ** 0.5) is 3.52 to 8.48.
  for (const half of both(studyFinding(study([0.05, 0.06, 0.07])))) expect(half).toMatch(/6\.0 points better .*3\.5 to 8\.5/);
  for (const half of both(studyFinding(study([-0.05, -0.06, -0.07])))) expect(half).toMatch(/6\.0 points worse .*3\.5 to 8\.5/);
  for (const half of both(studyFinding(study([-0.05, 0.06, 0.07])))) expect(half).toMatch(/no difference .* certain: 2\.7 points/);
  const longer = { labels: [20, 30, 80], test: 500, runs: [0, 1, 2].flatMap((seed) => [{ order: 'chosen' as const, seed, accuracy: [0.9, 0.6 + seed / 100, 0.6] }, { order: 'random' as const, seed, accuracy: [0.1, 0.5, 0.6] }]) };
  // The start is the same in both and does not count: 10, 11 and 12 points at 30, none at 80.
  expect(studyFinding(longer)).toMatch(/^From 30 to 80 labels .* 5\.5 points better .*With 80 labels no difference .* 0\.0 points/);
});

test('the recorded comparison is whole: each seed in both orders, from the same start', async () => {
  const { labels, runs, start, add } = await openLabelStudy();
  const of = (order: string) => runs.filter((run) => run.order === order).sort((a, b) => a.seed - b.seed);
  expect(of('chosen').map(({ seed }) => seed)).toEqual(of('random').map(({ seed }) => seed));
  expect(of('chosen').length).toBeGreaterThanOrEqual(5);
  expect(labels.map((count, i) => count - i * add)).toEqual(labels.map(() => 10 * start));
  for (const { accuracy } of runs) expect(accuracy.length).toBe(labels.length);
  expect(of('chosen').map(({ accuracy }) => accuracy[0])).toEqual(of('random').map(({ accuracy }) => accuracy[0]));
});
