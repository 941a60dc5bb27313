import { budgetsOf, settingKey, unequalSettings } from '../fair.meta';
import { aboutOf, learnedBy, type About } from '../../train/learned.meta';
import { meanOf, type Mean } from '../../numbers/stats';
import type { Tested } from '../pairs.meta';
import { judge, type Judged } from '../verdict.meta';
import type { MethodConfig } from '../../adapters/field';
import { defined } from '../../numbers/defined';
import type { RunRecord } from '../../train/protocol';
import { measureOf, scoresOf } from '../../train/scores.meta';
import { bytesOf, deviceOf, planOf, testOf, typicalSeconds } from '../runs';

/** Runs that differ in their seed alone, whose mean and spread say something. */
export interface Group {
  method: MethodConfig;
  runs: RunRecord[];
  /** Those that have a result, one of each seed. */
  tested: Tested[];
  /** Test top-1, 0 to 1; null where none was measured. */
  test: Mean | null;
  /** The same of balanced accuracy and macro-F1; null also where no confusion matrix was kept. */
  balanced: Mean | null;
  f1: Mean | null;
  /** Trainable and adapter parameters, bytes on the device, and mean seconds by which they are compared; NaN where not known, and seconds where several devices were at work. */
  trainable: number;
  adapter: number;
  bytes: number;
  seconds: number;
}

/** Groups on one model and data set that learned the same of it, which alone may be compared, best first. */
export interface Comparison {
  model: string;
  data: string;
  about: About;
  groups: Group[];
}

function collect<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const out = new Map<string, T[]>();
  for (const item of items) out.set(key(item), [...(out.get(key(item)) ?? []), item]);
  return [...out.values()];
}

function groupOf(runs: RunRecord[]): Group {
  const [first] = runs as [RunRecord];
  const plan = planOf(first);
  // The same seed twice is the same run, and would make the interval too narrow.
  const bySeed = [...new Map(runs.map((run) => [run.spec.train.seed, run])).values()];
  const tests = bySeed.map(testOf);
  const timed = runs.filter(({ summary }) => summary);
  const scores = tests.map((test) => test && scoresOf(test));
  return {
    method: first.spec.method,
    runs,
    tested: bySeed.flatMap(({ spec }, i) => (tests[i] ? [{ spec, test: tests[i] }] : [])),
    test: meanOf(tests.map((test) => (test ? measureOf(test) : NaN))),
    balanced: meanOf(scores.map((one) => one?.balanced_accuracy ?? NaN)),
    f1: meanOf(scores.map((one) => one?.macro_f1 ?? NaN)),
    trainable: plan?.trainable_parameters ?? NaN,
    adapter: plan?.adapter_parameters ?? NaN,
    bytes: bytesOf(first),
    seconds: new Set(timed.map(deviceOf)).size > 1 ? NaN : (meanOf(timed.map(typicalSeconds))?.mean ?? NaN),
  };
}

/** Runs by model, data set and what they learn, and in each by everything but the seed. */
export function comparisons(runs: readonly RunRecord[]): Comparison[] {
  const about = (run: RunRecord) => aboutOf(learnedBy(run));
  return collect(runs, (run) => JSON.stringify([run.spec.model, run.spec.data, about(run)])).map((together) => ({
    about: about(defined(together[0])),
    model: defined(together[0]).model_title ?? defined(together[0]).spec.model,
    data: defined(together[0]).data_title ?? defined(together[0]).spec.data,
    groups: collect(together, ({ spec }) => settingKey(spec)).map(groupOf).sort((a, b) => (b.test?.mean ?? -1) - (a.test?.mean ?? -1)),
  }));
}

/** Groups with a result, as findings speak of them. */
export interface Standing {
  /** Those that count, the best first, with what is said of each. */
  ranked: Judged<Group>[];
  /** Left out, since they miss the budget that the others share. */
  off: Group[];
  /** Among those that have one, what has none. */
  fixed: Group[];
}

/** Null without a test result. Groups that are `bounded` by a most of parameters share no other budget. */
export function standing({ groups }: Comparison, bounded = false): Standing | null {
  const tested = groups.filter((group) => group.test);
  if (tested.length === 0) return null;
  const budgets = bounded ? null : budgetsOf(tested.map((group) => ({ group, method: group.method.method, parameters: group.adapter })));
  const off = budgets?.off.map(({ group }) => group) ?? [];
  const ranked = judge(tested.filter((group) => !off.includes(group)).map((group) => ({ group, mean: group.test!, tested: group.tested })));
  return { ranked, off, fixed: budgets?.fixed.map(({ group }) => group) ?? [] };
}

/** Settings of training that are not the same in all runs with a result (the seed aside), with their values. */
export const unequal = ({ groups }: Comparison): [name: string, values: unknown[]][] =>
  unequalSettings(groups.flatMap(({ runs }) => runs.filter(testOf).map(({ spec }) => spec)));
