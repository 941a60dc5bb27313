import * as z from 'zod/mini';
import { cut, quote } from '../errors/text';
import { defined } from '../numbers/defined';
import { countChanges, type Edits } from './edits.meta';
import { hasClasses } from './kinds';
import { partition } from './partition';
import { textReads } from './reading.meta';
import { checkTrainable, nameOf, subset } from './split';
import { DataError, type Dataset, type Split, type Unlabelled } from './source';

export * from './edits.meta';

const name = z.string().check(z.maxLength(4096));
const template = z.string().check(z.maxLength(100_000));
const share = z.number().check(z.minimum(0), z.maximum(1));
const schema = z.object({
  version: z.literal(1),
  disabled_classes: z.array(name).check(z.maxLength(65_535)),
  disabled: z.array(name).check(z.maxLength(1_000_000)),
  relabelled: z.array(z.tuple([name, name])).check(z.maxLength(1_000_000)),
  split: z.nullable(z.object({ seed: z.int().check(z.minimum(0), z.maximum(2 ** 32 - 1)), train: share, val: share, test: share })),
  read: z.optional(z.object({ reads: z.optional(z.enum(textReads)), columns: z.optional(z.object({ text: z.optional(name), pair: z.optional(name), label: z.optional(name) })), prompt: z.optional(template), answer: z.optional(template), choices: z.optional(name) })),
});

/** Checks edits that come from a file, as text or parsed. Throws DataError naming the field. */
export function parseEdits(from: unknown): Edits {
  let json = from;
  if (typeof from === 'string') {
    try {
      json = JSON.parse(from);
    } catch {
      throw new DataError('The edits of the data set are not valid JSON.');
    }
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const issue = defined(result.error.issues[0]);
    throw new DataError(issue.path.length > 0 ? `The edits of the data set: "${issue.path.join('.')}": ${issue.message}.` : `The edits of the data set: ${issue.message}.`);
  }
  checkShares(result.data.split);
  return result.data;
}

/** Result of edits to a set. */
export interface Edited {
  dataset: Dataset;
  /** Edits that found nothing to change, sentences for people: an image or class that is gone, a split that is given. */
  unused: string[];
}

/**
 * The set as edited: a view, nothing is copied or decoded. The split comes first, over all images by their own labels, so
 * that leaving one out moves no other; then labels, then what is left out. Pictures without a label that are given one are trained on. A disabled class is no class any more, and the
 * labels of the others move up. Throws DataError when nothing can be learned from the rest.
 */
export function applyEdits(original: Dataset, edits: Edits): Edited {
  if (countChanges(edits) === 0) return { dataset: original, unused: [] };
  const unused: string[] = [];
  let dataset = original;
  if (edits.split && !original.seeded) unused.push('The set brings its own split into training and test examples, which stays.');
  else if (edits.split) dataset = resplit(original, edits.split);

  const classed = hasClasses(original);
  const place = new Map(original.classes.map((c, i) => [c, i]));
  const dropped = new Set<number>();
  for (const label of edits.disabled_classes) {
    const i = place.get(label);
    if (i === undefined) unused.push(`There is no class ${quote(label)} to leave out.`);
    else dropped.add(i);
  }
  const labels = new Map<string, number>();
  for (const [image, label] of edits.relabelled) {
    const i = place.get(label);
    if (i === undefined) unused.push(`There is no class ${quote(label)} for ${cut(image, 200)}.`);
    else labels.set(image, i);
  }
  const disabled = new Set(edits.disabled);
  const missed = new Set([...disabled, ...labels.keys()]);
  const kept = original.classes.flatMap((_, i) => (dropped.has(i) ? [] : [i]));
  const to = new Map(kept.map((from, i) => [from, i]));

  const edit = (split: Split): Split => {
    const at: number[] = [];
    const now: number[] = [];
    // A name may have to be made of all pixels.
    const byName = disabled.size + labels.size > 0;
    for (let i = 0; i < split.count; i++) {
      // Stryker disable next-line StringLiteral: nothing is looked for by a name then
      const image = byName ? nameOf(split, i) : '';
      missed.delete(image);
      const own = labels.get(image) ?? defined(split.labels[i]);
      // What has no classes has none to lose.
      const label = classed ? to.get(own) : own;
      if (label === undefined || disabled.has(image)) continue;
      at.push(i);
      now.push(label);
    }
    return { ...subset(split, at), labels: Uint16Array.from(now) };
  };
  const val = dataset.val && edit(dataset.val);
  const train = edit(dataset.train);
  const given = dataset.unlabelled && edit(withoutLabels(dataset.unlabelled));
  const result: Dataset = { ...dataset, classes: kept.map((i) => defined(original.classes[i])), train: given?.count ? joined([train, given], false) : train, test: edit(dataset.test), val };
  if (!val?.count) delete result.val;
  // Labels of a hundred pictures may be gone with them.
  if (missed.size > MOST_NAMED) unused.push(`${missed.size} examples that were changed are not there any more, ${quote(defined([...missed][0]), 200)} among them.`);
  else for (const image of missed) unused.push(`There is no example ${quote(image, 200)} any more.`);
  if (classed) checkTrainable(result);
  return { dataset: result, unused };
}

/** Examples that are gone, of which each is named. */
const MOST_NAMED = 5;
/** No class has this number. */
const NO_LABEL = 65_535;
const withoutLabels = (pool: Unlabelled): Split => ({ ...pool, labels: new Uint16Array(pool.count).fill(NO_LABEL) });

/** Parts all images anew. */
function resplit(dataset: Dataset, split: NonNullable<Edits['split']>): Dataset {
  checkShares(split);
  const all = joined([dataset.train, dataset.val, dataset.test].filter((s) => s !== undefined), dataset.train.text !== undefined);
  const { train, val, test } = partition(all, split);
  return { ...dataset, train: subset(all, train), val: subset(all, val), test: subset(all, test) };
}

function joined(splits: Split[], texts: boolean): Split {
  const labels = splits.flatMap((s) => [...s.labels]);
  const at = splits.flatMap((split) => Array.from({ length: split.count }, (_, i) => ({ split, i })));
  const of = (i: number) => defined(at[i]);
  return {
    count: at.length,
    labels: Uint16Array.from(labels),
    image: (i) => of(i).split.image(of(i).i),
    name: (i) => nameOf(of(i).split, of(i).i),
    ...(texts && { text: (i: number) => of(i).split.text!(of(i).i) }),
  };
}

function checkShares(split: Edits['split']): void {
  if (!split) return;
  const sum = split.train + split.val + split.test;
  // Stryker disable next-line EqualityOperator: no sum is just so far from 1
  if (Math.abs(sum - 1) > 1e-6) throw new DataError(`The shares of training, validation and test examples sum to ${sum}; they must sum to 1.`);
  if (split.train === 0 || split.test === 0) throw new DataError('Training and test examples both need a share above 0.');
}
