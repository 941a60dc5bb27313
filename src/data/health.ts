import { perClass, subset } from './split';
import { DataError, type Dataset, type RgbImage, type Split } from './source';

export interface Health {
  /** Sentences for people, the weightiest first; empty when nothing is wrong. */
  warnings: string[];
  /** Indices of images that do not decode. */
  unreadable: { train: number[]; test: number[] };
}

const imbalanceRatio = 10;
const shown = 5;

/**
 * Looks a data set over: classes without images, imbalance, images that do not decode, test images that are in the
 * training split too. Decodes at most `limit` images of each split (evenly spread), so that a large folder does not block.
 */
export async function checkHealth(dataset: Dataset, limit = 20_000): Promise<Health> {
  const { classes, train, test } = dataset;
  const counts = perClass(train, classes.length);
  const testCounts = perClass(test, classes.length);
  const warnings: string[] = [];
  const names = (wanted: (c: number) => boolean) => classes.filter((_, c) => wanted(c));
  const untrained = names((c) => counts[c] === 0);
  if (untrained.length > 0) warnings.push(`No training image of ${list(untrained)}: the model cannot learn ${untrained.length === 1 ? 'it' : 'them'}.`);
  const untested = names((c) => testCounts[c] === 0 && counts[c] > 0);
  if (untested.length > 0) warnings.push(`No test image of ${list(untested)}: accuracy there stays unknown.`);
  const most = counts.indexOf(Math.max(...counts));
  const least = counts.indexOf(Math.min(...counts.filter((n) => n > 0)));
  if (counts[most] >= imbalanceRatio * counts[least]) {
    warnings.push(`Classes are unbalanced: ${counts[most]} training images of ${classes[most]} but ${counts[least]} of ${classes[least]}.`);
  }
  const inTrain = await scan(train, limit);
  const inTest = await scan(test, limit);
  const failures = [...inTrain.failures, ...inTest.failures];
  if (failures.length > 0) warnings.push(`${failures.length} image${failures.length === 1 ? '' : 's'} cannot be read and will be left out: ${list(failures.map((f) => f.message))}`);
  const copies = await countCopies(dataset, inTrain.byHash, inTest.byHash);
  if (copies > 0) warnings.push(`${copies} of the ${inTest.looked} test images looked at ${copies === 1 ? 'is' : 'are'} in the training split too: the test accuracy will flatter.`);
  return { warnings, unreadable: { train: inTrain.failures.map((f) => f.index), test: inTest.failures.map((f) => f.index) } };
}

/** The data set without the images that `checkHealth` could not read; the same object when there are none. */
export function withoutUnreadable(dataset: Dataset, { train, test }: Health['unreadable']): Dataset {
  const keep = (split: Split, bad: number[]) => {
    const drop = new Set(bad);
    return subset(split, [...split.labels.keys()].filter((i) => !drop.has(i)));
  };
  return train.length + test.length === 0 ? dataset : { ...dataset, train: keep(dataset.train, train), test: keep(dataset.test, test) };
}

interface Scan {
  looked: number;
  byHash: Map<number, number[]>;
  failures: { index: number; message: string }[];
}

async function scan(split: Split, limit: number): Promise<Scan> {
  const result: Scan = { looked: Math.min(split.count, limit), byHash: new Map(), failures: [] };
  for (let k = 0; k < result.looked; k++) {
    const i = Math.floor((k * split.count) / result.looked);
    try {
      const key = hash(await split.image(i));
      const same = result.byHash.get(key);
      if (same) same.push(i);
      else result.byHash.set(key, [i]);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      result.failures.push({ index: i, message: error.message });
    }
  }
  return result;
}

async function countCopies({ train, test }: Dataset, trainHashes: Map<number, number[]>, testHashes: Map<number, number[]>): Promise<number> {
  let copies = 0;
  for (const [key, indices] of testHashes) {
    const others = trainHashes.get(key);
    if (!others) continue;
    // The hash is short: equal pixels decide.
    const other = await train.image(others[0]);
    for (const i of indices) if (equal(await test.image(i), other)) copies++;
  }
  return copies;
}

/** 52 bits over all pixels and the size (two FNV-1a-like lanes). */
function hash({ width, height, data }: RgbImage): number {
  let a = 0x811c9dc5 ^ width;
  let b = 0x1b873593 ^ height;
  for (const v of data) {
    a = Math.imul(a ^ v, 0x01000193);
    b = Math.imul(b ^ v, 0x85ebca6b);
  }
  return (a >>> 0) * 2 ** 20 + ((b ^ (b >>> 15)) >>> 12);
}

function equal(a: RgbImage, b: RgbImage): boolean {
  return a.width === b.width && a.height === b.height && a.data.every((v, i) => v === b.data[i]);
}

function list(items: string[]): string {
  const rest = items.length - shown;
  return items.slice(0, shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
