import { distance } from 'fastest-levenshtein';
import { withLabel } from '../../../data/edits.meta';
import { defined } from '../../../numbers/defined';
import type { DataInfo, Edits, Health } from '../../../train/protocol';

/** Edits that repair what the check of a data set finds. */

export type Pair = Health['near']['pairs'][number];
type Image = Pair['a'];

/** Parts of a set, that with the most to spare first. */
const parts: readonly Image['split'][] = ['train', 'val', 'test'];

const without = (edits: Edits, names: Iterable<string>): Edits => ({ ...edits, disabled: [...new Set([...edits.disabled, ...names])] });

/** Images that are joined by pairs, directly or through others, without those that are left out already. */
function joined(pairs: readonly Pair[], { disabled }: Edits): Image[][] {
  const out = new Set(disabled);
  const groups = new Map<string, Image[]>();
  const groupOf = (image: Image) => groups.get(image.name) ?? [image];
  for (const { a, b } of pairs) {
    if (out.has(a.name) || out.has(b.name)) continue;
    const [one, other] = [groupOf(a), groupOf(b)];
    if (one === other) continue;
    const all = [...one, ...other];
    for (const image of all) groups.set(image.name, all);
  }
  return [...new Set(groups.values())];
}

/** Edits in which one of the images that these pairs join stays in each part of the set: the first. */
export const leaveOutCopies = (edits: Edits, pairs: readonly Pair[]): Edits =>
  without(edits, joined(pairs, edits).flatMap((images) => images.filter((image, i) => images.findIndex(({ split }) => split === image.split) < i).map(({ name }) => name)));

/** Edits in which images that these pairs join stay in one part of the set: in the test, which has fewest to spare, or else to validate. `copies` join some within a part. */
export function keepOnOneSide(edits: Edits, pairs: readonly Pair[], copies: readonly Pair[]): Edits {
  return without(edits, joined([...pairs, ...copies], edits).flatMap((images) => {
    const kept = Math.max(...images.map(({ split }) => parts.indexOf(split)));
    return images.filter(({ split }) => parts.indexOf(split) < kept).map(({ name }) => name);
  }));
}

/** Edits without these images. */
export const leaveOut = (edits: Edits, images: readonly Pick<Image, 'name'>[]): Edits => without(edits, images.map(({ name }) => name));

/** Edits in which both images of a pair have this label; `own` is that of an image in the set. */
export const labelBoth = (edits: Edits, { a, b }: Pair, label: string, own: (image: Image) => string): Edits =>
  [a, b].reduce((now, image) => withLabel(now, image.name, label === own(image) ? null : label), edits);

/** Letters and digits of a name, without what people spell now so, now so: capitals, accents, blanks and the plural. */
const plain = (name: string): string => name.normalize('NFKD').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '').replace(/(?<=\p{L}{3})s$/u, '');
/** Letters from which on one that is another is more likely a slip than another word. */
const LONG_NAME = 6;

function areNearlySame(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  return a !== '' && (a === b || (!/\p{N}/u.test(a + b) && Math.min(a.length, b.length) >= LONG_NAME && distance(a, b) === 1));
}

/** Classes in use whose names are nearly the same, the one with more examples first. */
export function nearlySameClasses({ classes, train_per_class, test_per_class, val_per_class }: Pick<DataInfo, 'classes' | 'train_per_class' | 'test_per_class' | 'val_per_class'>): [keep: string, merge: string][] {
  const sizeOf = (i: number) => defined(train_per_class[i]) + defined(test_per_class[i]) + (val_per_class?.[i] ?? 0);
  return classes.flatMap((one, i) => classes.slice(i + 1).flatMap((other, k): [string, string][] => (areNearlySame(one, other) ? [sizeOf(i) >= sizeOf(i + 1 + k) ? [one, other] : [other, one]] : [])));
}

/** Edits in which the images of a class, which have these names, are of another one, and it is a class no more. Those that have another label by now keep it. */
export function mergeClass(edits: Edits, from: string, into: string, names: readonly string[]): Edits {
  const now = new Map(edits.relabelled);
  for (const name of names) if (!now.has(name)) now.set(name, into);
  for (const [name, label] of now) if (label === from) now.set(name, into);
  return { ...edits, relabelled: [...now], disabled_classes: [...edits.disabled_classes.filter((one) => one !== from), from] };
}
