import { describe, expect, test } from 'vitest';
import { HEAD_ONLY } from '../../../adapters/fields';
import { defined } from '../../../numbers/defined';
import type { RunSpec } from '../../../train/protocol';
import { defaultLr, methodFields, standardTrain } from '../settings/fields';
import { initialSettings } from '../settings/settings';
import { rank } from '../runs/findings';
import { curveOf } from '../runs/metrics';
import type { Run } from '../runs/runs';
import { differsFromRecorded, firstSettings, isRecorded, oneOfEach, openRecorded, openRecording, openWholeRecorded, useRecorded } from './recorded';
import { groupRuns } from '../runs/runGroups';
import { groupsOf } from '../runs/seedGroups';
import { likeTimed, unlikeTimed } from '../runs/timing';

describe('the recorded comparison of the small model', () => {
  test('has equal budgets within 5 %; what cannot meet them is left out of its finding, and says why', async () => {
    const { runs, budget, notes } = await openRecording('toy');
    const groups = groupsOf(firstSettings(runs));
    const ranking = rank(groups)!;
    expect(budget).toBe(43_000);
    for (const group of groups.filter(({ method }) => defined(methodFields[method]).budget !== null)) {
      const reaches = Math.abs(group.parameters / budget - 1) < 0.05;
      expect([group.method, ranking.off.includes(group), group.method in notes]).toEqual([group.method, !reaches, !reaches]);
    }
    expect(ranking.off.map(({ method }) => method)).toEqual(['vera']);
    expect(notes.vera!).toMatch(/times the work of full fine-tuning at r \d+; r \d+ is its largest setting within 1\.3 times\.$/);
    expect(ranking.seeds).toBe(5);
    // LoRA and RandLoRA have two sizes more, far from it.
    const more = groupsOf(runs).filter(({ key }) => !groups.some((group) => group.key === key));
    expect(more.map(({ method, setting }) => `${method} ${setting}`).sort()).toEqual(['lora r 1', 'lora r 40', 'randlora r 1', 'randlora r 77']);
    // Rates were found.
    for (const { spec } of runs) expect([spec.name, spec.rate]).toEqual([spec.name, spec.method.method === 'linear_probe' ? undefined : 'found']);
    // Every step can be played.
    for (const { id, lastStep } of runs) expect(curveOf(id).n).toBe(lastStep);
  });
});

describe('the recorded comparison of the first screen', () => {
  test('has an effect to show: every adapter is far above the head alone, and those of the first screen whatever the seeds', async () => {
    const { runs } = await openRecording('sizes');
    const groups = groupsOf(runs);
    const probe = defined(groups.find(({ method }) => method === HEAD_ONLY));
    for (const { method, setting, accuracy } of groups.filter(({ method }) => method !== HEAD_ONLY)) expect([method, setting, accuracy.n >= 3, accuracy.mean - probe.accuracy.mean > 0.2]).toEqual([method, setting, true, true]);
    const first = groupsOf((await openRecording('first-screen')).runs).filter(({ method }) => method !== HEAD_ONLY);
    for (const { method, accuracy } of first) expect([method, accuracy.mean - accuracy.interval! > probe.accuracy.mean + probe.accuracy.interval!]).toEqual([method, true]);
    expect(new Set(groups.map(({ method }) => method)).size).toBeGreaterThanOrEqual(12);
    for (const method of ['lora', 'randlora', 'shira']) expect([method, groups.filter((group) => group.method === method).length]).toEqual([method, method === 'shira' ? 4 : 5]);
    for (const { spec } of runs) expect([spec.name, spec.rate]).toEqual([spec.name, spec.method.method === HEAD_ONLY ? undefined : 'found']);
  });

  test('what the page trains at first is played; Compare has all settings of the study beside it, each run once', async () => {
    await openRecorded();
    expect(useRecorded.getState().others).toEqual([]);
    await openWholeRecorded();
    const { runs, others } = useRecorded.getState();
    const { runs: all } = await openRecording('sizes');
    expect(firstSettings(runs)).toEqual(runs);
    expect(oneOfEach(runs).map(({ spec }) => spec.method.method).sort()).toEqual([...initialSettings.methods].sort());
    for (const { id, lastStep } of runs) expect(curveOf(id).n).toBe(lastStep);
    const names = (some: readonly Run[]) => some.map(({ spec: { method, train } }) => JSON.stringify([method, train.seed])).sort();
    expect(names([...runs, ...others])).toEqual(names(all));
  });
});

test('where the machine had other work meanwhile no seconds of a recording are compared, and it says so', async () => {
  const { runs, busy } = await openRecording('toy');
  expect(busy).toBe(true);
  expect([...unlikeTimed(runs).keys()]).toEqual(runs.map(({ id }) => id));
  expect(likeTimed(groupRuns(runs, 'seed')).timed).toEqual([]);
});

test('what the next runs have otherwise than the recorded ones is said, beside a run of like method on the same data alone', async () => {
  const { runs } = await openRecording('toy');
  const { spec } = defined(runs[0]);
  const next = (train: Partial<RunSpec['train']>, change: Partial<RunSpec> = {}): RunSpec => ({ ...spec, train: { ...spec.train, ...train }, ...change });
  // Where nothing is set, runs on the processor are half as long.
  expect(differsFromRecorded([next({ ...standardTrain(true), lr: defaultLr(spec.method.method), seed: 7 })], runs)).toBe('steps 120 → 60');
  expect(differsFromRecorded([next({ seed: 7 })], runs)).toBe('');
  expect(differsFromRecorded([next({ steps: 20 }, { method: { ...spec.method, r: 99 } })], runs)).toBe('steps 120 → 20');
  expect(differsFromRecorded([next({ steps: 20 }, { data: 'other' })], runs)).toBe('');
});

test('a recording is opened once, and its runs count as recorded', async () => {
  const [one, again] = await Promise.all([openRecording('toy'), openRecording('toy')]);
  expect(again).toBe(one);
  expect(new Set(one.runs.map(({ id }) => id)).size).toBe(one.runs.length);
  expect(one.runs.every(isRecorded)).toBe(true);
});

test('the recordings of the lessons are what their lessons speak of, all at one number of test images', async () => {
  const [sizes, shots] = await Promise.all([openRecording('sizes'), openRecording('shots')]);
  const of = (runs: typeof sizes.runs, method: string) => groupsOf(runs).filter((group) => group.method === method).sort((a, b) => a.parameters - b.parameters);
  expect(of(sizes.runs, 'lora').map(({ setting }) => setting)).toEqual(['r 1', 'r 4', 'r 8', 'r 16', 'r 64']);
  // RandLoRA's counts come in steps.
  for (const [i, { parameters }] of of(sizes.runs, 'lora').entries()) expect(defined(of(sizes.runs, 'randlora')[i]).parameters / parameters).toSatisfy((factor: number) => factor > 0.9 && factor < 1.3);
  for (const method of ['lora', 'randlora', 'linear_probe']) expect(of(shots.runs, method).map(({ runs }) => defined(runs[0]).spec.train.shots)).toEqual([1, 2, 4, 16]);
  for (const { runs } of [sizes, shots]) {
    expect(new Set(runs.map(({ summary }) => summary!.final!.count)).size).toBe(1);
    for (const group of groupsOf(runs)) expect(group.accuracy.n).toBeGreaterThanOrEqual(3);
  }
});
