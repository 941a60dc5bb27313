import { create } from 'zustand';
import { countChanges, countEdits, noEdits, withDisabled, withDisabledClass, withLabel, withReading, withSplit } from '../../../data/edits.meta';
import type { TextReading } from '../../../data/reading.meta';
import { messageOf } from '../../../errors/errors';
import type { DataInfo, Edits, RunSpec } from '../../../train/protocol';
import { dataById, putData, useCatalog } from './catalog';
import { takenBack } from './takenBack';
import { studio } from '../worker/client';
import { currentProject } from '../storage/current';
import * as database from '../storage/database';
import { remember, type UndoableAction } from '../settings/history';
import { pictureName } from '../parts/pictureName';
import { alone, announce, onAnnounced } from '../storage/tabs';
import { closeToast, useToasts } from '../../kit/toast';
import { editsWords } from '../words/edits';
import { splitWords } from '../words/split';
import { readingWords } from '../words/reading';
import { undoWords } from '../words/share';

/**
 * Edits of data sets by the person, kept in the project's database by the set's id; the worker applies them. Several tabs
 * may change one set: each does under one lock, from what the database has, which all tabs see alike.
 */

interface EditsState {
  byData: Record<string, Edits>;
  /** Reason why the last change of a set was not made, by the set's id. */
  errors: Record<string, string>;
}

/** Shape only: the worker checks every field when it applies them. */
function isEdits(value: unknown): value is Edits {
  const e = value as Partial<Edits> | null;
  return typeof e === 'object' && e !== null && e.version === 1 && [e.disabled, e.disabled_classes, e.relabelled].every(Array.isArray);
}

/** Kept edits without those that are damaged. */
export const wholeEdits = (kept: Record<string, unknown>): Record<string, Edits> => Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, Edits] => isEdits(entry[1])));

export const useEdits = create<EditsState>()(() => ({ byData: {}, errors: {} }));

export const editsOf = (data: string): Edits => useEdits.getState().byData[data] ?? noEdits;

/** Edits of a set, apart from how its texts are read, which is stated by whatever reads them; undefined if there are none. */
export function changesOf(data: string): Edits | undefined {
  const { read: _, ...edits } = editsOf(data);
  return countChanges(edits) > 0 ? edits : undefined;
}

/** The spec with the edits of its data as they are now. */
export const withEdits = (spec: RunSpec): RunSpec => ({ ...spec, edits: changesOf(spec.data) });

/** Changes go one after another, each from what the one before left; so do the edits of a set that is opened meanwhile. */
let queue = Promise.resolve();

function inOrder<T>(job: () => Promise<T>): Promise<T> {
  const done = queue.then(job);
  queue = done.then(
    () => {},
    () => {},
  );
  return done;
}

/** A set that was just opened, with what was changed about it earlier. Edits that do not fit any more stay listed. */
export const withKeptEdits = (info: DataInfo): Promise<DataInfo> =>
  inOrder(async () => {
    const edits = editsOf(info.id);
    if (countEdits(edits) === 0) return info;
    try {
      return await studio().editData(info.id, edits);
    } catch (error) {
      setError(info.id, messageOf(error));
      return info;
    }
  });

/** True once the change is kept; `shown` is called as soon as it is in sight, from when on it can be taken back. */
const apply = (data: string, change: (edits: Edits) => Edits, shown?: () => void): Promise<boolean> =>
  inOrder(() =>
    alone('edits', async () => {
      const project = currentProject();
      await takeOver(data);
      const next = change(editsOf(data));
      // Another project that has been entered meanwhile is not changed by what was asked for in this one.
      if (!(await put(data, next)) || currentProject() !== project) return false;
      shown?.();
      await database.put('edits', data, next);
      announce({ edits: data });
      return true;
    }),
  );

/** Has the worker apply what a set's edits are now. False where it refuses. */
async function put(data: string, edits: Edits): Promise<boolean> {
  try {
    putData(await studio().editData(data, edits));
  } catch (error) {
    setError(data, messageOf(error));
    return false;
  }
  show({ [data]: edits });
  setError(data, '');
  return true;
}

const show = (edits: Record<string, Edits>): void => useEdits.setState(({ byData }) => ({ byData: { ...byData, ...edits } }));

/** Applies what another tab has kept of a set since. One that is not open here takes it when it is opened. */
async function takeOver(data: string): Promise<void> {
  const kept = await database.get('edits', data);
  if (!isEdits(kept) || JSON.stringify(kept) === JSON.stringify(editsOf(data))) return;
  // Kept also where it does not fit here: what is written next must have it.
  show({ [data]: kept });
  if (dataById(useCatalog.getState(), data)) await put(data, kept);
}

/** Key of the edits of all sets in earlier versions. A tab could miss for a moment what another wrote there. */
const olderKey = 'fullrank.edits';

async function moveOlder(): Promise<void> {
  try {
    const older = JSON.parse(localStorage.getItem(olderKey) ?? '{}') as Record<string, unknown>;
    const moved = await Promise.all(Object.entries(wholeEdits(older)).map(([data, edits]) => database.put('edits', data, edits)));
    if (moved.every(Boolean)) localStorage.removeItem(olderKey);
  } catch {
    // Damaged, or nothing can be stored.
  }
}

/** Shows what was kept about data, before any is opened, and what another tab changes, as it does. */
export function followEdits(): void {
  void inOrder(async () => {
    await moveOlder();
    show(wholeEdits(await database.getEdits()));
  });
  onAnnounced(({ edits }) => edits !== undefined && void inOrder(() => takeOver(edits)));
}

const setError = (data: string, message: string): void => useEdits.setState(({ errors }) => ({ errors: { ...errors, [data]: message } }));

/** The class of a picture as edited; `own` is its class in the set. */
export const labelNow = ({ relabelled }: Edits, image: string, own: string): string => relabelled.find(([name]) => name === image)?.[1] ?? own;

/** Edits of all data sets that have some. */
export const allEdits = (): Record<string, Edits> => Object.fromEntries(Object.entries(useEdits.getState().byData).filter(([, edits]) => countEdits(edits) > 0));

async function change(data: string, text: string, make: (edits: Edits) => Edits, undo: (edits: Edits) => Edits): Promise<void> {
  const action: UndoableAction = { text, back: () => apply(data, undo), again: () => apply(data, make) };
  await apply(data, make, () => remember(action));
}

/** Leaves a class out, or uses it again. */
export const setClassUsed = (data: string, name: string, used: boolean): Promise<void> =>
  change(data, used ? editsWords.classIn(name) : editsWords.classOut(name), (edits) => withDisabledClass(edits, name, !used), (edits) => withDisabledClass(edits, name, used));

/** Draws the test pictures of a set anew: with this seed, this share of each class (0 to 1). */
export function setSplit(data: string, seed: number, test: number): Promise<void> {
  const before = editsOf(data).split;
  return change(data, splitWords.changed(percentOf(test), seed), (edits) => withSplit(edits, seed, test), (edits) => ({ ...edits, split: before }));
}

/** Reads the tables of a set of texts otherwise, or, without a reading, as they were found. */
export function setReading(data: string, read: TextReading | undefined): Promise<void> {
  const before = editsOf(data);
  // Of several choices in a row the last one is told, with the way back to what was before it.
  for (const one of useToasts.getState().toasts) if (one.text === readingWords.changed || one.text === readingWords.asFound) closeToast(one.id);
  return change(data, read ? readingWords.changed : readingWords.asFound, (edits) => withReading(edits, read), () => before);
}

/** A share as people read it. */
export const percentOf = (share: number): number => Number((100 * share).toPrecision(6));

/** Gives a picture another class, or its own again. */
export function setPictureLabel(data: string, image: string, own: string, label: string): Promise<void> {
  const was = editsOf(data).relabelled.find(([name]) => name === image)?.[1] ?? null;
  return change(data, editsWords.pictureAs(pictureName(image), label), (edits) => withLabel(edits, image, label === own ? null : label), (edits) => withLabel(edits, image, was));
}

/** Gives a picture that has no label of its own one, or takes it away, without a word: whoever labels picture after picture has a way back beside them. False where it is not kept. */
export const labelPicture = (data: string, image: string, label: string | null): Promise<boolean> => apply(data, (edits) => withLabel(edits, image, label));

/** Leaves a picture out, or uses it again. */
export const setPictureUsed = (data: string, image: string, used: boolean): Promise<void> =>
  change(data, used ? editsWords.pictureIn(pictureName(image)) : editsWords.pictureOut(pictureName(image)), (edits) => withDisabled(edits, image, !used), (edits) => withDisabled(edits, image, used));

/** One line of the list of edits, with the way back. */
export interface EditLine {
  text: string;
  undo: () => void;
}

export function editLines(data: string, edits: Edits): EditLine[] {
  const { read, split } = edits;
  const line = (text: string, undo: (edits: Edits) => Edits, again: (edits: Edits) => Edits): EditLine => ({ text, undo: () => void change(data, undoWords.undone(text), undo, again) });
  return [
    // Another reading leaves nothing of the other changes.
    ...(read ? [line(readingWords.changed, (now) => withReading(now, undefined), () => edits)] : []),
    ...(split ? [line(splitWords.changed(percentOf(split.test), split.seed), (now) => ({ ...now, split: null }), (now) => ({ ...now, split }))] : []),
    ...edits.disabled_classes.map((name) => line(editsWords.classOut(name), (now) => withDisabledClass(now, name, false), (now) => withDisabledClass(now, name, true))),
    ...edits.relabelled.map(([image, label]) => line(editsWords.pictureAs(pictureName(image), label), (now) => withLabel(now, image, null), (now) => withLabel(now, image, label))),
    ...edits.disabled.map((image) => line(editsWords.pictureOut(pictureName(image)), (now) => withDisabled(now, image, false), (now) => withDisabled(now, image, true))),
  ];
}

/** Makes several changes that belong together, which are taken back as one. */
export function changeTogether(data: string, text: string, make: (edits: Edits) => Edits): Promise<void> {
  const before = editsOf(data);
  const after = make(before);
  return change(data, text, make, (now) => takenBack(now, before, after));
}

/** Takes every change back, as one that can be taken back itself. */
export function undoAll(data: string): Promise<void> {
  const before = editsOf(data);
  return change(data, editsWords.allUndone, () => noEdits, () => before);
}
