import { meanOf, partApart, type Mean } from '../../train/stats.meta';
import type { RunSpec } from '../../train/protocol';
import { formatCount, formatSetting } from '../format';
import { methodLook, orderMethods } from '../methods';
import { t } from '../strings';
import { factNamed, type Fact } from './facts';
import { testEvaluation, type Run } from './runs';
import type { Grouping } from './settings';
import { mainSetting, runKey } from './specs';

/** Runs put together, with means and 95 % intervals. What failed, or has no result, is counted and never averaged. */

export interface Group {
  key: string;
  /** The one method of its runs; empty when there are several. */
  method: string;
  /** What its runs have in common, in few words. */
  label: string;
  runs: Run[];
  /** Runs whose results count. */
  counted: Run[];
  failed: number;
  seeds: number[];
}

/** A result of a run counts when it came to its end. */
export const counts = (run: Run): boolean => run.state === 'done' && testEvaluation(run) !== null;

/** Everything of a spec but the seed. */
const withoutSeed = (spec: RunSpec): string => runKey({ ...spec, train: { ...spec.train, seed: 0 } });

const keys: Record<Grouping, (run: Run) => string> = {
  run: (run) => run.id,
  seed: (run) => withoutSeed(run.spec),
  method: (run) => run.spec.method.method,
  budget: (run) => `${run.spec.method.method} ${run.plan?.adapter_parameters ?? 0}`,
  shots: (run) => `${run.spec.method.method} ${run.spec.train.shots}`,
  lr: (run) => `${run.spec.method.method} ${run.spec.train.lr}`,
  data: (run) => `${run.spec.method.method} ${run.spec.data}`,
  who: (run) => `${run.spec.method.method} ${run.theirs?.file ?? ''}`,
};

function labelOf(by: Grouping, run: Run): string {
  const { method, train } = run.spec;
  const main = mainSetting(method);
  const words: Record<Grouping, string> = {
    run: run.name,
    seed: main,
    method: '',
    budget: run.plan ? t.table.parameters(formatCount(run.plan.adapter_parameters)) : '',
    shots: t.table.shots(train.shots),
    lr: t.table.lr(formatSetting(train.lr)),
    data: run.dataTitle,
    who: t.table.who(run.theirs?.file),
  };
  return words[by];
}

/** Puts runs together. Groups stand in the order of the methods, then of their first runs. */
export function groupRuns(runs: readonly Run[], by: Grouping): Group[] {
  const found = new Map<string, Group>();
  const seen = new Set<string>();
  for (const run of runs) {
    const key = keys[by](run);
    const group = found.get(key) ?? { key, method: run.spec.method.method, label: labelOf(by, run), runs: [], counted: [], failed: 0, seeds: [] };
    group.runs.push(run);
    // The same run once more is no second measurement.
    const again = by !== 'run' && seen.has(runKey(run.spec) + (by === 'who' ? run.theirs?.file : ''));
    if (counts(run) && !again) {
      group.counted.push(run);
      seen.add(runKey(run.spec) + (by === 'who' ? run.theirs?.file : ''));
      if (!group.seeds.includes(run.spec.train.seed)) group.seeds.push(run.spec.train.seed);
    }
    if (run.state === 'failed') group.failed++;
    if (group.method !== run.spec.method.method) group.method = '';
    found.set(key, group);
  }
  const groups = [...found.values()];
  if (by === 'run') return groups;
  const order = orderMethods([...new Set(groups.map((group) => group.method))]);
  return groups.sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method));
}

/** Mean of what is known of a group's runs under this name; null when nothing is. */
export function meanFact(group: Pick<Group, 'counted'>, fact: Fact): Mean | null {
  return meanOf(group.counted.flatMap((run) => {
    const value = fact.of(run, nobody);
    return typeof value === 'number' ? [value] : [];
  }));
}

const nobody = { stale: () => false, twin: () => '', hidden: () => false };

const nameOf = (group: Group): string => [group.method ? methodLook(group.method).title : '', group.label].filter(Boolean).join(' ');
const list = (names: string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

/**
 * What the means say, and what they do not: which groups the best one is better than, and from which it cannot be told
 * apart. Empty with fewer than two groups.
 */
export function verdict(groups: readonly Group[], by: Grouping): string[] {
  const accuracy = factNamed('accuracy')!;
  const ranked = groups.flatMap((group) => {
    const mean = meanFact(group, accuracy);
    return mean ? [{ group, mean }] : [];
  }).sort((a, b) => b.mean.mean - a.mean.mean);
  if (ranked.length < 2) return [];
  const single = ranked.filter(({ mean }) => mean.interval === null);
  const sure = ranked.filter(({ mean }) => mean.interval !== null);
  const [best, ...others] = sure;
  const said: string[] = [];
  if (best && others.length > 0) {
    const apart = others.filter((one) => partApart(best.mean, one.mean));
    const alike = others.filter((one) => !partApart(best.mean, one.mean));
    const over = (of: typeof sure) => {
      const n = of.map((one) => one.mean.n);
      return (by === 'seed' ? t.table.verdict.seeds : t.table.verdict.runs)(Math.min(...n), Math.max(...n));
    };
    if (apart.length > 0) said.push(t.table.verdict.apart(nameOf(best.group), list(apart.map((one) => nameOf(one.group)))));
    if (alike.length > 0) said.push(t.table.verdict.alike(nameOf(best.group), list(alike.map((one) => nameOf(one.group))), over([best, ...alike])));
  }
  if (single.length > 0) said.push(t.table.verdict.single(list(single.map((one) => nameOf(one.group)))));
  return said;
}
