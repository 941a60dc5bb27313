import type { TextReading } from './reading.meta';

/**
 * A person's changes to a data set, as plain data: they are kept beside the set, and the files stay as they are. Images
 * are known by name (`Split.name`), so edits outlive reordering. Undo is the edits object before.
 */
export interface Edits {
  version: 1;
  disabled_classes: readonly string[];
  /** Names of images that are left out. */
  disabled: readonly string[];
  /** Name of an image and its class from now on. */
  relabelled: readonly (readonly [image: string, label: string])[];
  /** Shares of a set that brings no splits of its own, which sum to 1; null leaves the split as it was opened. */
  split: { seed: number; train: number; val: number; test: number } | null;
  /** Reading of tables of texts, if it is not as their columns say it. */
  read?: TextReading;
}

export const noEdits: Edits = { version: 1, disabled_classes: [], disabled: [], relabelled: [], split: null };

/** New edits in which an image is left out, or is used again. */
export function withDisabled(edits: Edits, image: string, disabled: boolean): Edits {
  const others = edits.disabled.filter((n) => n !== image);
  return { ...edits, disabled: disabled ? [...others, image] : others };
}

/** New edits in which a class is left out, or is used again. */
export function withDisabledClass(edits: Edits, label: string, disabled: boolean): Edits {
  const others = edits.disabled_classes.filter((n) => n !== label);
  return { ...edits, disabled_classes: disabled ? [...others, label] : others };
}

/** New edits in which an image is of another class; null takes the set's own label again. */
export function withLabel(edits: Edits, image: string, label: string | null): Edits {
  const others = edits.relabelled.filter(([n]) => n !== image);
  return { ...edits, relabelled: label === null ? others : [...others, [image, label]] };
}

/** Default split of a set that brings no splits of its own. */
export const usualSplit: NonNullable<Edits['split']> = { seed: 0, train: 0.8, val: 0, test: 0.2 };

/** New edits in which a set is parted with this seed and share of test images. */
export function withSplit(edits: Edits, seed: number, test: number): Edits {
  const usual = seed === usualSplit.seed && test === usualSplit.test;
  return { ...edits, split: usual ? null : { seed, train: 1 - test, val: 0, test } };
}

/** New edits in which texts are read otherwise. Classes of before are none of these; which texts are left out and tested on stays. */
export function withReading({ read: _, ...edits }: Edits, read: TextReading | undefined): Edits {
  return { ...edits, disabled_classes: [], relabelled: [], ...(read && { read }) };
}

/** Number of changes to what was read. */
export const countChanges = (edits: Edits): number => edits.disabled.length + edits.disabled_classes.length + edits.relabelled.length + (edits.split ? 1 : 0);

/** Number of changes, a reading included. */
export const countEdits = (edits: Edits): number => countChanges(edits) + (edits.read ? 1 : 0);
