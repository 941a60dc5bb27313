import { meanOf, partApart, type Mean } from '../../train/stats.meta';
import { settingKey } from '../../train/fair.meta';
import { formatCount, formatSetting } from '../format';
import { methodLook, orderMethods } from '../methods';
import { t } from '../strings';
import { differing } from './columns';
import { factNamed, type Fact } from './facts';
import { fairnessOf } from './fairness';
import { isRecorded } from './recorded';
import { personOf, testEvaluation, type Run } from './runs';
import type { Grouping } from './settings';
import { mainSetting, runKey } from './specs';

/** Runs put together, with means and 95 % intervals. What failed, or has no result, is counted and never averaged. */

export interface Group {
  key: string;
  /** The one method of its runs; empty when there are several. */
  method: string;
  /** What its runs have in common, in few words. */
  label: string;
  /** The part of that which is not the setting that a budget moves: groups of one method that share it make a line. */
  variant: string;
  runs: Run[];
  /** Runs whose results count. */
  counted: Run[];
  failed: number;
  /** Runs that are another of these once more: with a result, but counted once. */
  again: number;
  seeds: number[];
  /** Of runs that came with the page, where others are among the groups: said with its name. */
  recorded: boolean;
}

/** A result of a run counts when it came to its end. */
export const counts = (run: Run): boolean => run.state === 'done' && testEvaluation(run) !== null;

const keys: Record<Grouping, (run: Run) => string> = {
  run: (run) => run.id,
  seed: (run) => settingKey(run.spec),
  method: (run) => run.spec.method.method,
  budget: (run) => `${run.spec.method.method} ${run.plan?.adapter_parameters ?? 0}`,
  shots: (run) => `${run.spec.method.method} ${run.spec.train.shots}`,
  lr: (run) => `${run.spec.method.method} ${run.spec.train.lr}`,
  data: (run) => `${run.spec.method.method} ${run.spec.data}`,
  who: (run) => `${run.spec.method.method} ${personOf(run)}`,
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
    who: t.table.who(personOf(run)),
  };
  return words[by];
}

/** Groups of one method are told apart by the settings that differ between them. */
function nameByWhatDiffers(groups: Group[]): void {
  for (const method of new Set(groups.map((group) => group.method))) {
    const same = groups.filter((group) => group.method === method);
    const columns = differing(same.map((group) => group.runs[0])).filter(({ name }) => name !== 'setting' && name !== 'seed');
    for (const group of same) {
      group.variant = columns.map((column) => (column.name === 'shots' ? t.table.shots(group.runs[0].spec.train.shots) : `${column.title} ${column.show(group.runs[0])}`)).join(', ');
      group.label = [group.label, group.variant].filter(Boolean).join(', ');
    }
  }
}

/** Puts runs together. Groups stand in the order of the methods, then of their first runs. */
export function groupRuns(runs: readonly Run[], by: Grouping): Group[] {
  const found = new Map<string, Group>();
  const seen = new Set<string>();
  const mixed = runs.some(isRecorded) && !runs.every(isRecorded);
  for (const run of runs) {
    const recorded = mixed && isRecorded(run);
    const key = (recorded ? 'recorded ' : '') + keys[by](run);
    const group = found.get(key) ?? { key, method: run.spec.method.method, label: labelOf(by, run), variant: '', runs: [], counted: [], failed: 0, again: 0, seeds: [], recorded };
    group.runs.push(run);
    // The same run once more is no second measurement.
    const one = `${recorded} ${runKey(run.spec)} ${by === 'who' ? personOf(run) : ''}`;
    const again = by !== 'run' && seen.has(one);
    if (counts(run) && !again) {
      group.counted.push(run);
      seen.add(one);
      if (!group.seeds.includes(run.spec.train.seed)) group.seeds.push(run.spec.train.seed);
    }
    if (counts(run) && again) group.again++;
    if (run.state === 'failed') group.failed++;
    if (group.method !== run.spec.method.method) group.method = '';
    found.set(key, group);
  }
  const groups = [...found.values()];
  if (by === 'run') return groups;
  if (by === 'seed') nameByWhatDiffers(groups);
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

/** A group in words: "LoRA r 8, 4 shots", with a tag on what came with the page. */
export function nameOf({ method, label, variant, recorded }: Group): string {
  const title = method ? methodLook(method).title : '';
  const name = [title, label].filter(Boolean).join(label === variant && variant !== '' ? ', ' : ' ');
  return recorded ? `${name}, ${t.recorded.name}` : name;
}

/** The same beside the others: the method alone where that says it. */
export const shortNameOf = (group: Group, groups: readonly Group[]): string =>
  group.recorded || groups.filter(({ method }) => method === group.method).length > 1 ? nameOf(group) : methodLook(group.method).title;

const mostNamed = 4;
function list(names: string[]): string {
  const named = names.length > mostNamed ? [...names.slice(0, mostNamed - 1), t.table.verdict.others(names.length - mostNamed + 1)] : names;
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

const fairness = (groups: readonly Group[]) =>
  fairnessOf(groups.filter(({ counted }) => counted.some(({ plan }) => plan !== null)), (group) => {
    const counts = group.counted.flatMap(({ plan }) => plan?.adapter_parameters ?? []);
    return { name: nameOf(group), method: group.method, parameters: counts[0]!, specs: group.counted.map(({ spec }) => spec) };
  });

/** What stands against comparing these groups: budgets and settings that are not equal, as sentences. */
export const caveatsOf = (groups: readonly Group[]): string[] => fairness(groups).caveats;

/** How much of the budget that the others share a group has, where it misses that; by key. */
export const offBudgets = (groups: readonly Group[]): ReadonlyMap<string, number> => new Map(fairness(groups).off.map(({ group, factor }) => [group.key, factor]));

/**
 * What the means say, and what they do not: which groups the best one is better than, and from which it cannot be told
 * apart. Empty with fewer than two groups.
 */
export function verdict(groups: readonly Group[], by: Grouping): string[] {
  const accuracy = factNamed('accuracy')!;
  const ranked = fairness(groups).ranked.flatMap((group) => {
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
    if (alike.length > 0) said.push(t.table.verdict.alike(nameOf(best.group), list(alike.map((one) => nameOf(one.group))), alike.length, over([best, ...alike])));
  }
  if (single.length > 0) said.push(t.table.verdict.single(list(single.map((one) => nameOf(one.group)))));
  return said;
}
