import { cut, listFirst } from '../errors/text';
import { breather } from '../io/breathe';
import { defined } from '../numbers/defined';
import { fingerprint, type Fingerprint } from './fingerprint';
import type { Part } from './imageFiles';
import { hasClasses } from './kinds';
import { findSimilar } from './similar';
import { spoken } from './rowName.meta';
import { nameOf, perClass, subset } from './split';
import { checkTexts } from './textHealth';
import { DataError, type Dataset, type Split } from './source';

/** Milliseconds after which other work has its turn. */
const BREATH = 30;

export const parts: readonly Part[] = ['train', 'val', 'test'];

/** An image of a set. Its name comes from outside. */
export interface ImageRef {
  split: Part;
  index: number;
  name: string;
  label: number;
  /** Of a text, how it begins. */
  begins?: string;
}

/** Two images that are the same (`bits` 0 and `exact`) or look nearly so. */
export interface Twins {
  a: ImageRef;
  b: ImageRef;
  exact: boolean;
  /** Bits of 64 by which their perceptual hashes differ. */
  bits: number;
}

/** Twins of one sort: how many there are, and the first of them. */
export interface TwinList {
  total: number;
  pairs: Twins[];
}

/** Contents of a set, as plain data: crosses to the page as it is. */
export interface Health {
  /** Sentences for people, the weightiest first; empty when nothing is wrong. */
  warnings: string[];
  /** Images of each class. */
  counts: Record<Part, number[]>;
  /** Training images of the largest class for one of the smallest that has any. */
  imbalance: number;
  /** Indices of images that do not decode, and why for the first of them. */
  unreadable: Record<Part, number[]>;
  failures: { image: ImageRef; reason: string }[];
  /** Twins within a split. */
  duplicates: TwinList;
  near: TwinList;
  /** Exact twins in different splits: what is measured on them flatters. `total` counts pairs. */
  leaks: TwinList;
  /** Twins in different splits that are nearly the same. */
  nearLeaks: TwinList;
  /** False when too many images are alike to compare them all: there may be more near copies. */
  complete: boolean;
  /** Images decoded, and all there are; fewer than all when a limit was given. */
  looked: number;
  images: number;
}

export interface HealthOptions {
  /** Images of each split to decode at most, evenly spread; 0 only counts. */
  limit?: number;
  signal?: AbortSignal;
  progress?(done: number, total: number): void;
}

/** Times as many of the largest class as of the smallest that are worth a warning. */
export const imbalanceRatio = 10;
const shown = 5;
/** Failures that are named at most. */
export const listed = 200;
/** Twins of a sort that are: what a run was measured on is told by those in different splits, and all are left out as one. */
const listedTwins = 20_000;

/**
 * Looks a data set over: counts, imbalance, images that do not decode, images that are there twice or nearly so, within a
 * split and across. Decodes one image at a time and lets others work in between; `signal` cancels (its reason is thrown).
 */
export async function checkHealth(dataset: Dataset, options: HealthOptions = {}): Promise<Health> {
  if (dataset.train.text) return checkTexts(dataset, options);
  const health = startOf(dataset);
  const breathe = breather(BREATH, options.signal);
  const { images, prints } = await scan(dataset, health, options, breathe);
  health.complete = await findTwins(images, prints, health, breathe);
  health.warnings = warningsOf(dataset, health);
  return health;
}

/** Names of the images that a check could not read. `dataset` is the one it looked at. */
export function unreadableNames(dataset: Dataset, { unreadable }: Pick<Health, 'unreadable'>): Set<string> {
  return new Set(parts.flatMap((part) => unreadable[part].map((i) => nameOf(defined(dataset[part]), i))));
}

/** The data set without the images of these names; the same object when there are none. */
export function withoutNames(dataset: Dataset, names: ReadonlySet<string>): Dataset {
  if (names.size === 0) return dataset;
  const keep = (split: Split) => subset(split, [...split.labels.keys()].filter((i) => !names.has(nameOf(split, i))));
  return { ...dataset, train: keep(dataset.train), ...(dataset.val && { val: keep(dataset.val) }), test: keep(dataset.test) };
}

/** Counts, before anything is looked at. */
export function startOf(dataset: Dataset): Health {
  const n = dataset.classes.length;
  const of = (split?: Split) => (!hasClasses(dataset) ? [] : split ? perClass(split, n) : new Array<number>(n).fill(0));
  const counts = { train: of(dataset.train), val: of(dataset.val), test: of(dataset.test) };
  const present = counts.train.filter((count) => count > 0);
  const none = () => ({ total: 0, pairs: [] });
  return {
    warnings: [], counts, imbalance: present.length > 0 ? largest(present) / -largest(present.map((count) => -count)) : 1,
    unreadable: { train: [], val: [], test: [] }, failures: [], duplicates: none(), near: none(), leaks: none(), nearLeaks: none(), complete: true,
    looked: 0, images: parts.reduce((sum, part) => sum + (dataset[part]?.count ?? 0), 0),
  };
}

async function scan(dataset: Dataset, health: Health, { limit = Infinity, progress }: HealthOptions, breathe: () => Promise<unknown>) {
  const images: ImageRef[] = [];
  const prints: Fingerprint[] = [];
  const looked = (part: Part) => Math.min(dataset[part]?.count ?? 0, limit);
  const total = parts.reduce((sum, part) => sum + looked(part), 0);
  for (const part of parts) {
    const split = dataset[part];
    for (let k = 0; split && k < looked(part); k++) {
      const index = Math.floor((k * split.count) / looked(part));
      const image = { split: part, index, name: nameOf(split, index), label: defined(split.labels[index]) };
      try {
        prints.push(fingerprint(await split.image(index)));
        images.push(image);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        health.unreadable[part].push(index);
        if (health.failures.length < listed) health.failures.push({ image, reason: error.message });
      }
      health.looked++;
      progress?.(health.looked, total);
      await breathe();
    }
  }
  return { images, prints };
}

/** Adds twins to the list of their sort. */
export function note(health: Health, twins: Twins): void {
  const apart = twins.a.split !== twins.b.split;
  const list = health[apart ? (twins.exact ? 'leaks' : 'nearLeaks') : twins.exact ? 'duplicates' : 'near'];
  list.total++;
  if (list.pairs.length < listedTwins) list.pairs.push(twins);
}

/** Fills in duplicates, near ones and leaks. False when the search for near ones was cut short. */
async function findTwins(images: ImageRef[], prints: Fingerprint[], health: Health, breathe: () => Promise<unknown>): Promise<boolean> {
  const add = (a: number, b: number, exact: boolean, bits: number) => {
    note(health, { a: defined(images[a]), b: defined(images[b]), exact, bits });
  };
  // Equal images form a group; one of each split stands for it, so that a picture used a thousand times is no million pairs.
  const groups = new Map<string, number[]>();
  const stand: number[] = [];
  for (const [i, { exact }] of prints.entries()) {
    const group = groups.get(exact);
    if (!group) {
      groups.set(exact, [i]);
      stand.push(i);
      continue;
    }
    const own = group.find((j) => defined(images[j]).split === defined(images[i]).split);
    if (own !== undefined) add(own, i, true, 0);
    const other = group.find((j) => defined(images[j]).split !== defined(images[i]).split);
    if (other !== undefined) add(other, i, true, 0);
    if (own === undefined) group.push(i);
  }
  return findSimilar(stand.map((i) => defined(prints[i])), ({ a, b, bits }) => {
    for (const i of groups.get(defined(prints[defined(stand[a])]).exact)!) for (const j of groups.get(defined(prints[defined(stand[b])]).exact)!) add(i, j, false, bits);
  }, breathe);
}

/** Twins in different splits, the exact ones first. */
export const acrossOf = ({ leaks, nearLeaks }: Pick<Health, 'leaks' | 'nearLeaks'>): TwinList => ({ total: leaks.total + nearLeaks.total, pairs: [...leaks.pairs, ...nearLeaks.pairs] });

function warningsOf({ classes, notes, val }: Dataset, health: Health): string[] {
  const { counts, failures, duplicates, near, complete } = health;
  const leaks = acrossOf(health);
  const warnings: string[] = [];
  /** Names of classes and files may be of any length. */
  const list = (parts: readonly string[], total?: number) => listFirst(parts.map((one) => cut(one, 300)), shown, total);
  const names = (wanted: (c: number) => boolean) => classes.filter((_, c) => wanted(c));
  const untrained = names((c) => counts.train[c] === 0);
  if (untrained.length > 0) warnings.push(untrained.length === 1 ? `No training example of ${cut(defined(untrained[0]))}: the model cannot learn it.` : `No training example of ${list(untrained)}: the model cannot learn them.`);
  const untested = names((c) => counts.test[c] === 0 && defined(counts.train[c]) > 0);
  if (untested.length > 0) warnings.push(`No test example of ${list(untested)}: accuracy there stays unknown.`);
  if (health.imbalance >= imbalanceRatio) {
    const most = counts.train.indexOf(largest(counts.train));
    const least = counts.train.indexOf(-largest(counts.train.filter((n) => n > 0).map((n) => -n)));
    warnings.push(`Classes are unbalanced: ${defined(counts.train[most])} training examples of ${cut(defined(classes[most]))} but ${defined(counts.train[least])} of ${cut(defined(classes[least]))}.`);
  }
  const unreadable = parts.reduce((n, part) => n + health.unreadable[part].length, 0);
  const bad = list(failures.map((failure) => failure.reason), unreadable);
  if (unreadable > 0) warnings.push(unreadable === 1 ? `1 image cannot be read and will be left out: ${bad}` : `${unreadable} images cannot be read and will be left out: ${bad}`);
  const held = val ? 'validation or test examples' : 'test examples';
  const leaking = list(leaks.pairs.map(pairText), leaks.total);
  if (leaks.total > 0) {
    warnings.push(
      leaks.total === 1
        ? `1 pair of the same or nearly the same image in different splits (${leaking}): accuracy on ${held} will flatter.`
        : `${leaks.total} pairs of the same or nearly the same image in different splits (${leaking}): accuracy on ${held} will flatter.`,
    );
  }
  const torn = [...duplicates.pairs, ...leaks.pairs].filter(({ exact, a, b }) => exact && a.label !== b.label);
  if (torn.length > 0) warnings.push(`The same image has different labels: ${list(torn.map(({ a, b }) => `${spoken(a.name)} is ${defined(classes[a.label])}, ${spoken(b.name)} is ${defined(classes[b.label])}`))}.`);
  const twice = list(duplicates.pairs.map(pairText), duplicates.total);
  if (duplicates.total > 0) warnings.push(duplicates.total === 1 ? `1 image is there more than once: ${twice}.` : `${duplicates.total} images are there more than once: ${twice}.`);
  const alike = list(near.pairs.map(pairText), near.total);
  if (near.total > 0) warnings.push(near.total === 1 ? `1 pair within a split is nearly the same: ${alike}.` : `${near.total} pairs within a split are nearly the same: ${alike}.`);
  if (!complete) warnings.push('Too many images are alike to compare them all; not every near copy was found.');
  return [...warnings, ...(notes ?? [])];
}

const pairText = ({ a, b }: Twins): string => `${spoken(a.name)} and ${spoken(b.name)}`;

/** Largest of any number of numbers (spreading a long list into Math.max overflows the stack). */
export function largest(numbers: number[]): number {
  return numbers.reduce((most, n) => Math.max(most, n), -Infinity);
}
