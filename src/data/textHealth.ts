import { cut, listFirst } from '../errors/text';
import { breather } from '../io/breathe';
import { defined } from '../numbers/defined';
import { acrossOf, imbalanceRatio, largest, note, parts, startOf, type Health, type HealthOptions, type ImageRef } from './health';
import { hasClasses } from './kinds';
import { spoken } from './rowName.meta';
import { nameOf } from './split';
import type { Dataset, TextRow } from './source';

/** Milliseconds after which other work has its turn. */
const BREATH = 30;
const shown = 5;

/** A text and what belongs to it, as one. */
export const whole = ({ first, second, messages }: TextRow): string => JSON.stringify(messages ?? [first, second]);
/** The same without what makes no other text of it: capitals, signs and blanks. */
export const plain = ({ first, second, messages }: TextRow): string => JSON.stringify((messages?.map(({ content }) => content) ?? [first, second]).map((text) => text?.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim() ?? null));

/** Looks a set of texts over, as `checkHealth` does pictures: counts, imbalance, and texts that are there twice, or but for capitals, signs and blanks, within a split and across. */
export async function checkTexts(dataset: Dataset, { limit = Infinity, signal, progress }: HealthOptions = {}): Promise<Health> {
  const health = startOf(dataset);
  const classed = hasClasses(dataset);
  const breathe = breather(BREATH, signal);
  const same = new Map<string, ImageRef[]>();
  const alike = new Map<string, ImageRef[]>();
  const most = (count: number) => Math.min(count, limit);
  const total = parts.reduce((sum, part) => sum + most(dataset[part]?.count ?? 0), 0);
  for (const part of parts) {
    const split = dataset[part];
    for (let index = 0; split && index < most(split.count); index++) {
      const row = split.text!(index);
      const one: ImageRef = { split: part, index, name: nameOf(split, index), label: classed ? defined(split.labels[index]) : 0, begins: row.first.slice(0, 60) };
      const exact = recall(same, whole(row), one);
      add(health, exact, one, true);
      // What is the same is not alike besides.
      const near = recall(alike, plain(row), one);
      if (exact.length === 0) add(health, near, one, false);
      health.looked++;
      progress?.(health.looked, total);
      await breathe();
    }
  }
  health.warnings = warningsOf(dataset, health);
  return health;
}

/** Those of before under the same key, one of each split, to which this one is added where it is the first of its own. */
function recall(groups: Map<string, ImageRef[]>, key: string, one: ImageRef): ImageRef[] {
  const before = groups.get(key) ?? [];
  if (!before.some(({ split }) => split === one.split)) groups.set(key, [...before, one]);
  return before;
}

/** One of the same split, and one of another, make a pair each. */
function add(health: Health, before: readonly ImageRef[], one: ImageRef, exact: boolean): void {
  const own = before.find(({ split }) => split === one.split);
  const other = before.find(({ split }) => split !== one.split);
  for (const twin of [own, other]) if (twin) note(health, { a: twin, b: one, exact, bits: 0 });
}

function warningsOf({ classes, notes, val }: Dataset, health: Health): string[] {
  const { counts, imbalance, duplicates, near } = health;
  const leaks = acrossOf(health);
  const warnings: string[] = [];
  /** Names of classes and files may be of any length. */
  const list = (some: readonly string[], total?: number) => listFirst(some.map((one) => cut(one, 300)), shown, total);
  const untrained = classes.filter((_, c) => counts.train[c] === 0);
  if (untrained.length > 0) warnings.push(`No text to train on of ${list(untrained)}: the model cannot learn that.`);
  const untested = classes.filter((_, c) => counts.test[c] === 0 && defined(counts.train[c]) > 0);
  if (untested.length > 0) warnings.push(`No test text of ${list(untested)}: accuracy there stays unknown.`);
  if (imbalance >= imbalanceRatio) {
    const most = counts.train.indexOf(largest(counts.train));
    const least = counts.train.indexOf(-largest(counts.train.filter((n) => n > 0).map((n) => -n)));
    warnings.push(`Classes are unbalanced: ${defined(counts.train[most])} texts to train on of ${cut(defined(classes[most]))} but ${defined(counts.train[least])} of ${cut(defined(classes[least]))}.`);
  }
  const held = val ? 'validation or test texts' : 'test texts';
  if (leaks.total > 0) warnings.push(leaks.total === 1 ? `1 pair of the same or nearly the same text in different splits: accuracy on ${held} will flatter.` : `${leaks.total} pairs of the same or nearly the same text in different splits: accuracy on ${held} will flatter.`);
  const torn = [...duplicates.pairs, ...leaks.pairs].filter(({ exact, a, b }) => exact && a.label !== b.label);
  if (torn.length > 0) warnings.push(`The same text has different labels: ${list(torn.map(({ a, b }) => `${spoken(a.name)} is ${defined(classes[a.label])}, ${spoken(b.name)} is ${defined(classes[b.label])}`))}.`);
  if (duplicates.total > 0) warnings.push(duplicates.total === 1 ? '1 text is there more than once.' : `${duplicates.total} texts are there more than once.`);
  if (near.total > 0) warnings.push(near.total === 1 ? '1 pair of texts within a split differs in capitals, signs or blanks alone.' : `${near.total} pairs of texts within a split differ in capitals, signs or blanks alone.`);
  return [...warnings, ...(notes ?? [])];
}
