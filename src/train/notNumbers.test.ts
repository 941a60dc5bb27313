import { beforeEach, expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { Machine } from '../engine/machine';
import { tasks } from '../tasks';
import { causal } from '../tasks/causal';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { restoreCheckpoint, saveCheckpoint } from './checkpoint';
import { completeTrain } from './config';
import { Follower, type Followed } from './follow';
import { Patience } from './patience';
import { planRun } from './plan';
import type { Evaluation } from './protocol';
import { runSplits } from './split';

const { losses } = vi.hoisted(() => ({ losses: [] as number[] }));
vi.mock('./evaluate', async (original) => ({ ...(await original<typeof import('./evaluate')>()), evaluate: (...[, , , , , at]: Parameters<typeof import('./evaluate').evaluate>) => Promise.resolve(evaluationOf(losses.shift() ?? NaN, at.step)) }));

beforeEach(() => void losses.splice(0));

/** An evaluation that is as good as its loss is low, by whatever it is measured by. */
const evaluationOf = (loss: number, step = 1): Evaluation => ({ step, split: 'test', loss, accuracy: -loss, count: 9, per_class: [], confusion: [], scores: { pearson: -loss } });

/** As a checkpoint has it. */
const written = (evaluation: Evaluation) => JSON.parse(JSON.stringify(evaluation)) as Evaluation;

test('of each task an evaluation that is a number is better than one that is none, which is better than nothing, before and after a resume', () => {
  const names = [...new Set(tasks.map(({ objective }) => objective.better))];
  expect(names.length).toBeGreaterThan(2);
  for (const better of names) {
    const [good, worse] = [evaluationOf(0.1), evaluationOf(0.7)];
    expect([better(worse, good), better(good, worse), better(good, good)]).toEqual([true, false, false]);
    for (const broken of [NaN, Infinity].map((loss) => evaluationOf(loss))) {
      for (const than of [broken, written(broken)]) expect([better(than, worse), better(worse, than), better(than, broken)]).toEqual([true, false, false]);
    }
  }
});

/** Follower of a run whose evaluations have these losses. */
async function follower(found: readonly number[], best: ConstructorParameters<typeof Follower>[2] = null, patience: Patience | null = null) {
  losses.push(...found);
  const splits = runSplits(tinyData(), completeTrain({}));
  const programs = { measured: { objective: causal.objective }, once: null, averaging: null };
  const of = { programs, splits, machine: {}, feedOf: () => null, task: {}, classes: 3, nameImages: false, signal: new AbortController().signal } as unknown as Followed;
  const bests: number[] = [];
  const made = new Follower(of, { begin: () => {}, progress: () => {}, found: ({ loss }, better) => better && bests.push(loss) }, best, patience);
  for (let step = 1; losses.length > 0; step++) await made.look(step);
  return { made, bests };
}

test('a run whose first evaluation is no number keeps the best of those that follow', async () => {
  const { made, bests } = await follower([NaN, 3, NaN, 2, Infinity, 2.5]);
  expect(bests).toEqual([NaN, 3, 2]);
  expect(made.best?.evaluation.step).toBe(4);
  const resumed = await follower([3, NaN, 2.5], { evaluation: written(evaluationOf(NaN)), values: {} });
  expect(resumed.bests).toEqual([3, 2.5]);
});

test('early stopping waits as long for what is no number before and after a resume', async () => {
  const all = [NaN, -Infinity, 3, NaN, 2.9, NaN, NaN];
  const whole = new Patience(2, 0);
  await follower(all, null, whole);
  let parts = new Patience(2, 0);
  for (const loss of all) {
    parts = new Patience(2, 0, JSON.parse(JSON.stringify(parts.state)) as typeof parts.state);
    await follower([loss], null, parts);
  }
  expect(parts.state).toEqual(whole.state);
  expect(whole.state).toEqual({ best: 2.9, evaluations: 2 });
});

test('a checkpoint brings back the best evaluation as it was, numbers or not', async () => {
  const device = await mustOpen(gpu());
  const model = await tinyModel();
  const { programs } = planRun(new Adapted(model.net, { method: 'linear_probe' }), completeTrain({ batch: 4 }), 1, device.report);
  const machine = await Machine.build(device, programs.rec);
  const evaluation = { ...evaluationOf(NaN), per_class: [0.5, NaN] };
  const print = { fingerprint: 'f', edits: '' };
  const { best } = await restoreCheckpoint(machine, programs.rec, await saveCheckpoint(machine, programs.rec, { step: 1, ...print }, { evaluation, values: {} }), print);
  expect(best?.evaluation).toEqual(evaluation);
  machine.destroy();
});
