import { learningRates } from '../../../train/config';
import { settingKey as keyOfSetting } from '../../../records/fair.meta';
import type { Items } from '../../../records/pairs.meta';
import { judge, verdictSentences, type Judged } from '../../../records/verdict.meta';
import type { RunSpec } from '../../../train/protocol';
import { meanOf, type Mean } from '../../../numbers/stats';
import { formatCount, formatSetting, partsOf } from '../../../language/format';
import { intervalOf } from '../../../figures/interval';
import { byMedium } from '../../../language/medium';
import { methodLook, orderMethods } from '../../../figures/methods';
import { defined } from '../../../numbers/defined';
import { remarksOn, sumOf } from './remarks';
import { differing } from './columns';
import { factNamed, type Fact } from './facts';
import { fairnessOf } from './fairness';
import { isRecorded } from '../analyses/recorded';
import { personOf, testEvaluation, testedOf, type Run } from './runs';
import type { Grouping } from '../settings/settings';
import { mainSetting, onceASpec, plainMethod, runKey } from './specs';
import { tableWords } from '../words/table';
import { fairWords } from '../words/fair';

/** Runs put together, with means and 95 % intervals. What failed, or has no result, is counted and never averaged. */

export interface Group {
  key: string;
  /** The one method of its runs; empty when there are several. */
  method: string;
  /** Common setting of its runs, in few words: the one that a budget moves, or the one that they are put together by. */
  label: string;
  /** The same, also where all groups share it, which then tells none from another. */
  value: string;
  /** The label behind the method within a sentence: "on Fashion-MNIST", "with 4 shots". */
  within: string;
  /** The one other thing that tells it from groups of the same method and label; empty where nothing has to. */
  second: string;
  /** The same without whose runs they are. */
  ownSecond: string;
  /** Its setting is no other group's: recorded runs, which are spoken of apart, are none. */
  alone: boolean;
  /** All settings that differ between groups of its method, but for the one that a budget moves: those that share them make a line. */
  variant: string;
  source: Source;
  runs: Run[];
  /** Runs whose results count. */
  counted: Run[];
  failed: number;
  /** Runs that are another of these once more: with a result, but counted once. */
  again: number;
  /** It was chosen by the most parameters that runs may have: within that, sizes differ. */
  bounded?: boolean;
  seeds: number[];
}

/** Origin of a group's runs: one's own, recorded ones, other people's by name; several where they are put together. */
export interface Source {
  own: boolean;
  recorded: boolean;
  people: string[];
}

/** A person's file goes by its name. */
const bareName = (person: string): string => person.replace(/(\.runs)?\.json$|\.fullrank-runs$/i, '');

/** Origin of a group's runs, in words; empty if they are the person's own. */
export function sourceText({ own, recorded, people }: Source): string {
  const { sources } = tableWords;
  if (recorded) return sources.recorded;
  if (people.length === 0) return '';
  const others = people.length === 1 ? bareName(defined(people[0])) : sources.people(people.length);
  return own ? sources.mixed(others) : sources.from(others);
}

/** A result of a run counts when it came to its end. */
export const counts = (run: Run): boolean => run.state === 'done' && testEvaluation(run) !== null;

/** A spec as far as it says what is trained, however its layers are spelled and however many test pictures look at it. */
const trained = (spec: RunSpec): RunSpec => ({ ...spec, method: plainMethod(spec), train: { ...spec.train, test_limit: 0 } });
/** Two runs of the same are one measurement. */
const trainingKey = onceASpec((spec) => runKey(trained(spec)));
const keyBySeed = onceASpec((spec) => keyOfSetting(trained(spec)));
/** The same but for the seed. */
export const settingKey = ({ spec }: Pick<Run, 'spec'>): string => keyBySeed(spec);

const keys: Record<Grouping, (run: Run) => string> = {
  run: (run) => run.id,
  seed: settingKey,
  method: (run) => run.spec.method.method,
  budget: (run) => `${run.spec.method.method} ${run.plan?.adapter_parameters ?? 0}`,
  shots: (run) => `${run.spec.method.method} ${run.spec.train.shots}`,
  lr: ({ spec }) => `${spec.method.method} ${learningRates(spec.method, spec.train).lr}`,
  data: (run) => `${run.spec.method.method} ${run.spec.data}`,
  who: (run) => `${run.spec.method.method} ${personOf(run)}`,
};

function labelOf(by: Grouping, run: Run): string {
  const { method, train } = run.spec;
  const main = mainSetting(method);
  const words: Record<Grouping, string> = {
    run: main,
    seed: main,
    method: '',
    budget: run.plan ? tableWords.parameters(formatCount(run.plan.adapter_parameters)) : '',
    shots: tableWords.shots(train.shots),
    lr: tableWords.lr(formatSetting(learningRates(method, train).lr)),
    data: run.dataTitle,
    who: main,
  };
  return words[by];
}

/** The settings in which groups differ, each as it is said of a group. Rates that were found for all of them are no choice that tells them apart. */
const tellingApart = (groups: readonly Group[], by: Grouping): ((group: Group) => string)[] =>
  differing(groups.map((group) => defined(group.runs[0])))
    .filter(({ name }) => name !== 'setting' && (by === 'run' || name !== 'seed') && !(name === 'lr' && groups.every(({ runs: [run] }) => run?.spec.rate === 'found')))
    .map((column) => ({ runs }) => {
      const run = defined(runs[0]);
      if (column.name === 'shots') return tableWords.shots(run.spec.train.shots);
      if (column.name === 'train_limit') return tableWords.limit(run.spec.train.train_limit);
      // What was left to the method has no value to be told by: the others are.
      const shown = column.show(run);
      return shown && `${column.title} ${shown}`;
    });

const distinct = <T>(items: readonly T[], of: (item: T) => string): number => new Set(items.map(of)).size;

/** Groups of one method and setting are told apart by the one setting that tells the most of them apart, and by whose they are. */
function nameByWhatDiffers(groups: Group[], by: Grouping): void {
  for (const method of new Set(groups.map((group) => group.method))) {
    const ofMethod = groups.filter((group) => group.method === method);
    const all = tellingApart(ofMethod, by);
    for (const group of ofMethod) group.variant = partsOf(all.map((say) => say(group)));
    for (const label of new Set(ofMethod.map((group) => group.label))) {
      const same = ofMethod.filter((group) => group.label === label);
      const [first] = tellingApart(same, by).sort((a, b) => distinct(same, b) - distinct(same, a));
      if (!first) continue;
      for (const group of same) group.second = first(group) + (same.some((other) => other !== group && other.source.recorded === group.source.recorded && first(other) === first(group)) ? ' …' : '');
    }
  }
}

/** Adds its source to each group's name, if runs of several sources stand beside each other. */
function nameSources(groups: Group[]): void {
  const bare = (group: Group) => `${group.source.recorded} ${titleOf(group)} ${group.second}`;
  for (const group of groups) {
    group.ownSecond = group.second;
    group.alone = !groups.some((other) => other !== group && bare(other) === bare(group));
  }
  if (distinct(groups, ({ source }) => JSON.stringify(source)) < 2) return;
  // A person's own runs are called so beside the same of another's.
  const twice = (group: Group) => groups.some((other) => other !== group && titleOf(other) === titleOf(group) && sourceText(other.source) !== '');
  for (const group of groups) group.second = partsOf([group.ownSecond, sourceText(group.source) || (twice(group) && tableWords.sources.yours)]);
}

/** True if all groups share what they are put together by, as one data set: it tells none from another. */
const saysNothing = (by: Grouping, groups: readonly Group[]): boolean => (by === 'data' || by === 'shots') && new Set(groups.map(({ label }) => label)).size === 1;

/** Puts runs together, recorded ones never with others. Groups stand in the order of the methods, settings of one by their size, then in the order of their first runs. */
export function groupRuns(runs: readonly Run[], by: Grouping): Group[] {
  const found = new Map<string, Group>();
  const seen = new Set<string>();
  for (const run of runs) {
    const recorded = isRecorded(run);
    const key = `${recorded ? 'recorded ' : ''}${keys[by](run)}`;
    const label = labelOf(by, run);
    const group = found.get(key) ?? { key, method: run.spec.method.method, label, value: label, within: label && tableWords.within(by, label), second: '', ownSecond: '', alone: true, variant: '', source: { own: false, recorded, people: [] }, runs: [], counted: [], failed: 0, again: 0, seeds: [] };
    group.runs.push(run);
    const person = personOf(run);
    if (!recorded && person === '') group.source.own = true;
    else if (person !== '' && !group.source.people.includes(person)) group.source.people.push(person);
    // The same run once more is no second measurement.
    const training = `${recorded} ${trainingKey(run.spec)} ${by === 'who' ? person : ''}`;
    const again = by !== 'run' && seen.has(training);
    if (counts(run) && !again) {
      group.counted.push(run);
      seen.add(training);
      if (!group.seeds.includes(run.spec.train.seed)) group.seeds.push(run.spec.train.seed);
    }
    if (counts(run) && again) group.again++;
    if (run.state === 'failed') group.failed++;
    if (group.method !== run.spec.method.method) group.method = '';
    // Of several settings none is its name.
    if (by === 'who' && group.label !== label) group.label = group.value = group.within = '';
    found.set(key, group);
  }
  const groups = [...found.values()];
  if (by === 'seed' || by === 'run') nameByWhatDiffers(groups, by);
  if (saysNothing(by, groups)) for (const group of groups) group.label = group.within = '';
  nameSources(groups);
  if (by === 'run') return groups;
  const order = orderMethods([...new Set(groups.map((group) => group.method))]);
  // What is pooled has several sizes, and no place by them.
  const size = (group: Group) => (by === 'seed' ? (sizesOf(group)[0] ?? 0) : 0);
  return groups.sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method) || size(a) - size(b));
}

/** Mean of what is known of a group's runs under this name; null when nothing is. */
export function meanFact(group: Pick<Group, 'counted'>, fact: Fact): Mean | null {
  return meanOf(group.counted.flatMap((run) => {
    const value = fact.of(run, nobody);
    return typeof value === 'number' ? [value] : [];
  }));
}

/** The 95 % interval of the test of a group's only run, which is over its pictures; null of several runs, whose mean has one over seeds. */
export function ofPictures({ counted }: Pick<Group, 'counted'>): [low: number, high: number] | null {
  const [run, ...others] = counted;
  const test = run && others.length === 0 ? testEvaluation(run) : null;
  // Of words and tokens there are many in a text, which depend on each other.
  return test && test.scores?.perplexity === undefined && sumOf(test.confusion) <= test.count ? intervalOf(test) : null;
}

/** Nothing of what surrounds a run. */
export const nobody = { stale: () => false, twin: () => '', hidden: () => false };

/** Runs of a group as they are listed: settings in the order in which they came, seeds by their number. */
export function listed({ runs }: Pick<Group, 'runs'>): Run[] {
  const settings = [...new Set(runs.map(settingKey))];
  return [...runs].sort((a, b) => settings.indexOf(settingKey(a)) - settings.indexOf(settingKey(b)) || a.spec.train.seed - b.spec.train.seed);
}

/** Title in bold: method and label, as "LoRA r 8". */
export const titleOf = ({ method, label }: Group): string => [method ? methodLook(method).title : '', label].filter(Boolean).join(' ') || tableWords.mixed;

/** A group in words: "LoRA r 8, 4 shots". */
export const nameOf = (group: Group): string => partsOf([titleOf(group), group.second]);

const secondOf = ({ alone, ownSecond, second }: Group): string => (alone ? ownSecond : second);

/** The same without whose runs they are, where something else tells it from another. */
export const plainName = (group: Group): string => partsOf([titleOf(group), secondOf(group)]);

/** The same within a sentence, whose commas are its own: "LoRA r 8 (4 shots)". Whose runs they are is said where nothing else tells it from another. */
export function inSentence(group: Group): string {
  const title = titleOf({ ...group, label: group.within });
  const second = secondOf(group);
  return second ? tableWords.verdict.named(title, second) : title;
}

/** Everything that tells a group from the others, for where there is room. */
export function wholeNameOf(group: Group): string {
  return partsOf([titleOf(group), group.variant, sourceText(group.source)]);
}

/** True if a group has several settings: its mean is of none of them, and depends on how often each was run as much as on what it is worth. */
export const isPooled = ({ counted }: Pick<Group, 'counted'>): boolean => new Set(counted.map(settingKey)).size > 1;

const sizesOf = ({ counted }: Group): number[] => counted.flatMap(({ plan }) => plan?.adapter_parameters ?? []);

function fairness(groups: readonly Group[]) {
  const planned = groups.filter((group) => sizesOf(group).length > 0);
  const pooled = planned.filter(isPooled);
  const fair = fairnessOf(planned.filter((group) => !pooled.includes(group)), (group) => ({ name: inSentence(group), method: group.method, parameters: defined(sizesOf(group)[0]), budget: onlyOne(group.counted.map(({ spec }) => spec.budget)), specs: group.counted.map(({ spec }) => spec) }), groups.some(({ bounded }) => bounded));
  if (pooled.length === 0) return fair;
  const sizes = pooled.flatMap(sizesOf);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const range = least === most ? '' : fairWords.range(formatCount(least), formatCount(most));
  return { ...fair, caveats: [fairWords.pooled(pooled.map((group) => inSentence(group)), range, pooled.length), ...fair.caveats] };
}

const onlyOne = <T>(values: readonly T[]): T | undefined => (new Set(values).size === 1 ? values[0] : undefined);

/** Caveats to comparing these groups: unequal budgets and settings, what accuracy hides, and runs that ended early, as sentences. */
export const caveatsOf = (groups: readonly Group[]): string[] => [...fairness(groups).caveats, ...remarksOn(groups.map((group) => ({ name: inSentence(group), runs: group.counted })))];

/** Groups of one source that miss the budget that the others share, by key: what they have of the one that they were to have, null where that is not known. */
export const offBudgets = (groups: readonly Group[]): ReadonlyMap<string, number | null> => new Map(bySource(groups).flatMap((part) => fairness(part.groups).off.map(({ group, factor }) => [group.key, factor] as const)));

/** Groups that may be compared with each other. */
export interface OfSource {
  groups: Group[];
  /** They are recorded and stand beside others, which is said once: their names do not say it. */
  apart: boolean;
}

/** Groups with a result, recorded ones apart from others, with which they are not compared; the person's own first. */
export function bySource(groups: readonly Group[]): OfSource[] {
  const withResult = groups.filter(({ counted }) => counted.length > 0);
  const own = withResult.filter(({ source }) => !source.recorded);
  const apart = groups.some(({ source }) => !source.recorded);
  const recorded = withResult.filter(({ source }) => source.recorded).map((group) => (apart ? { ...group, second: group.ownSecond } : group));
  return [{ groups: own, apart: false }, { groups: recorded, apart }].filter((part) => part.groups.length > 0);
}

/** True if some of these train a new head beside the adapter: for continuing texts the model's own is used. */
export const hasHead = (groups: readonly Pick<Group, 'counted'>[]): boolean => groups.some(({ counted }) => counted.some(({ plan }) => (plan?.head_parameters ?? 0) > 0));

/** Items that results are measured on. */
export const itemsNow = (): Items => byMedium({ pictures: 'pictures', texts: 'texts' }) as Items;

/**
 * Findings from the means of groups of one source, and their limits: on each of their data sets, the best one, the groups that it
 * cannot be told apart from, and those that it is better than. Empty with fewer than two groups.
 */
export function verdict(groups: readonly Group[]): string[] {
  const dataOf = (group: Group) => group.counted[0]?.spec.data;
  return [...new Set(groups.map(dataOf))].flatMap((data) => verdictOn(groups.filter((group) => dataOf(group) === data)));
}

/** A group with the mean of its test accuracy, its difference from the best, and what is said of it. */
export type Ranked = Judged<Group>;

/** Groups that findings speak of by their mean, the best first. */
export function rankedGroups(groups: readonly Group[]): Ranked[] {
  const accuracy = factNamed('accuracy')!;
  return judge(fairness(groups).ranked.flatMap((group) => {
    const mean = meanFact(group, accuracy);
    return mean ? [{ group, mean, tested: testedOf(group.counted) }] : [];
  }));
}

const verdictOn = (groups: readonly Group[]): string[] => verdictSentences(rankedGroups(groups), inSentence, itemsNow());
