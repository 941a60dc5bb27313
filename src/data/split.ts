import { defined } from '../numbers/defined';
import { DataError, type Dataset, type RgbImage, type Split, type TextRow } from './source';

/** A split of the images at `indices` of another, in that order. */
export function subset(split: Split, indices: ArrayLike<number>): Split {
  const at = Uint32Array.from(indices);
  return {
    count: at.length,
    labels: Uint16Array.from(at, (i) => defined(split.labels[i])),
    image: (i) => split.image(defined(at[i])),
    ...(split.name && { name: (i: number) => split.name!(defined(at[i])) }),
    ...(split.text && { text: (i: number) => split.text!(defined(at[i])) }),
  };
}

/** Name of an image; its index where the split has no names. */
export function nameOf(split: Split, i: number): string {
  return split.name?.(i) ?? `image ${i}`;
}

/** Images of each class; sets that have no classes have strata, which may be more. */
export function perClass(split: Split, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of split.labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** An image of one channel as RGB. */
export function grayToRgb(gray: Uint8Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) data.fill(defined(gray[i]), i * 3, i * 3 + 3);
  return { width, height, data };
}

/** Throws DataError when nothing can be learned from a set: fewer than two images, or texts, or classes, or an empty test split. */
export function checkTrainable({ title, classes, train, test }: Pick<Dataset, 'title' | 'classes' | 'train' | 'test'>): void {
  const texts = train.text !== undefined;
  if (classes.length === 1) {
    throw new DataError(
      texts
        ? `${title} has only one class (${defined(classes[0])}); a classifier needs texts of at least two.`
        : `${title} has only one class (${defined(classes[0])}); a classifier needs at least two, each with its own folder or name.`,
    );
  }
  if (classes.length === 0) throw new DataError(`${title} has no classes; a classifier needs at least two, each with its own folder or name.`);
  const present = perClass(train, classes.length).flatMap((n, c) => (n > 0 ? [c] : []));
  const { count } = train;
  if (count === 1) {
    throw new DataError(
      texts ? `${title} has only one training text; add more, at least one of each class.` : `${title} has only one training image; add more, at least one of each class.`,
    );
  }
  if (count === 0) {
    throw new DataError(texts ? `${title} has no training text; add more, at least one of each class.` : `${title} has no training image; add more, at least one of each class.`);
  }
  if (present.length < 2) {
    const only = defined(classes[defined(present[0])]);
    throw new DataError(
      texts ? `All ${count} training texts of ${title} are of one class (${only}); add texts of another.` : `All ${count} training images of ${title} are of one class (${only}); add images of another.`,
    );
  }
  if (test.count === 0) {
    throw new DataError(
      texts ? `${title} has no test text; add at least two texts to a class, or a test file.` : `${title} has no test image; add at least two images to a class, or a test folder.`,
    );
  }
}

/** A split of texts that have no labels. */
export const textsOf = (rows: readonly TextRow[]): Split => ({
  count: rows.length,
  labels: new Uint16Array(rows.length),
  text: (i) => defined(rows[i]),
  image: (i) => Promise.reject(new DataError(`row ${i + 1} is a text; a model of images cannot look at it.`)),
});
