import type { Part } from './imageFiles';
import { shuffle } from './random';
import { streams } from './streams';
import { nameOf } from './split';
import type { Split } from './source';

/**
 * Parts images by chance: of each class `test` and `val` of them, in an order that depends on the seed, the class and the
 * images' names alone. A class of two or more keeps one for training and gives one to the test. Indices, ascending.
 */
export function partition(all: Split, { seed, val, test }: { seed: number; val: number; test: number }): Record<Part, number[]> {
  const byClass = new Map<number, { i: number; name: string }[]>();
  all.labels.forEach((label, i) => {
    const list = byClass.get(label) ?? [];
    list.push({ i, name: nameOf(all, i) });
    byClass.set(label, list);
  });
  const parts: Record<Part, number[]> = { train: [], val: [], test: [] };
  for (const [label, list] of byClass) {
    // Stryker disable next-line EqualityOperator: no two have one name
    list.sort((a, b) => (a.name < b.name ? -1 : 1));
    shuffle(list, streams.parts(seed, label));
    const n = list.length;
    const held = Math.min(n - 1, Math.max(1, Math.round(test * n)));
    const followed = Math.min(n - held - 1, Math.round(val * n));
    for (const [k, { i }] of list.entries()) parts[k < held ? 'test' : k < held + followed ? 'val' : 'train'].push(i);
  }
  for (const indices of Object.values(parts)) indices.sort((a, b) => a - b);
  return parts;
}
