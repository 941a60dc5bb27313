import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { TimeLeft } from '../../../numbers/recent';
import { proxy } from '../../../studio/connect';
import { holdsBack } from '../../../train/config';
import type { Evaluation, ImportKind, ZeroShotSpec } from '../../../train/protocol';
import { studio } from '../worker/client';
import { shownTime } from './shownTime';

/** Zero-shot accuracy as it was measured, kept in the browser for the model, data, edits, prompts and limits that it is of. */

/** One set of images. */
export interface Measured {
  split: 'test' | 'val';
  /** Top-1, 0 to 1. */
  accuracy: number;
  count: number;
  /** Top-1 of each class; NaN for a class with no image. */
  per_class: number[];
}

interface StoredMeasurement {
  model: string;
  data: string;
  sets: Measured[];
}

interface Going {
  key: string;
  done: number;
  total: number;
  /** Seconds, estimated from the second batch on; 0 before. */
  left: number;
}

interface State {
  /** By key, oldest first. */
  kept: Record<string, StoredMeasurement>;
  going: Going | null;
  failed: { key: string; message: string } | null;
}

const storageKey = 'fullrank.zeroshot';
const most = 24;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;

function parseSet(value: unknown): Measured[] {
  if (!isRecord(value) || (value.split !== 'test' && value.split !== 'val') || !isShare(value.accuracy) || !Number.isInteger(value.count) || !Array.isArray(value.per_class)) return [];
  // JSON has no NaN.
  return [{ split: value.split, accuracy: value.accuracy, count: value.count as number, per_class: value.per_class.map((one) => (isShare(one) ? one : NaN)) }];
}

/** Reads what was kept; what is damaged is dropped. */
export function parseKept(text: string | null): Pick<State, 'kept'> {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? 'null');
  } catch {
    stored = null;
  }
  const { kept } = isRecord(stored) ? stored : {};
  const entries = Object.entries(isRecord(kept) ? kept : {}).flatMap(([key, value]): [string, StoredMeasurement][] => {
    if (!isRecord(value) || typeof value.model !== 'string' || typeof value.data !== 'string' || !Array.isArray(value.sets)) return [];
    const sets = value.sets.flatMap(parseSet);
    return sets.length > 0 ? [[key, { model: value.model, data: value.data, sets }]] : [];
  });
  return { kept: Object.fromEntries(entries) };
}

function read(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export const useZeroShot = create<State>()(() => ({ ...parseKept(typeof localStorage === 'undefined' ? null : read()), going: null, failed: null }));

function keep(): void {
  const { kept } = useZeroShot.getState();
  try {
    localStorage.setItem(storageKey, JSON.stringify({ kept }));
  } catch {
    // A full or forbidden storage: the results last as long as the tab.
  }
}

const keys = new WeakMap<object, string>();

/** Everything that zero-shot accuracy depends on, as text. A spec object does not change, and goes with one list of classes. */
export function zeroShotKey(spec: ZeroShotSpec, classes: readonly string[]): string {
  let key = keys.get(spec);
  if (key === undefined) {
    const { templates, image_size, frozen_dtype, test_limit, limit_rule, val_fraction, train_limit, seed } = spec.train;
    key = JSON.stringify([spec.model, spec.data, spec.edits ?? null, classes, templates, image_size, frozen_dtype, test_limit, ...(holdsBack(spec.train) ? [val_fraction, train_limit, seed] : []), ...(limit_rule === 'first' ? [] : [limit_rule])]);
    keys.set(spec, key);
  }
  return key;
}

/** Part of an evaluation that is kept: one on the training images is no result. */
export const measuredOf = ({ split, accuracy, count, per_class }: Evaluation): Measured[] => (split === 'train' ? [] : [{ split, accuracy, count, per_class }]);

/** Number of the last measurement: what an earlier one says does not count. */
let job = 0;
/** Settles when the worker is done with the last one. */
let ended: Promise<unknown> = Promise.resolve();

/** Measures, with progress in the store; on failure everything stays as it was and the reason is shown. */
export async function measureZeroShot(spec: ZeroShotSpec, classes: readonly string[]): Promise<void> {
  if (useZeroShot.getState().going) return;
  const mine = ++job;
  const wanted = () => mine === job;
  const key = zeroShotKey(spec, classes);
  useZeroShot.setState({ going: { key, done: 0, total: 0, left: 0 }, failed: null });
  const rest = new TimeLeft();
  const onProgress = (done: number, total: number) => {
    // The last one may come after the result: it has a channel of its own.
    if (!wanted() || !useZeroShot.getState().going) return;
    useZeroShot.setState({ going: { key, done, total, left: shownTime('zero-shot', rest.seconds(done, total)) || 0 } });
  };
  try {
    // A cancelled one ends after its batch.
    await ended;
    if (!wanted()) return;
    const work = studio().zeroShot(spec, proxy(onProgress));
    ended = work.catch(() => {});
    const sets = (await work).flatMap(measuredOf);
    if (!wanted()) return;
    useZeroShot.setState(({ kept: { [key]: _, ...others } }) => ({ kept: Object.fromEntries<StoredMeasurement>([...Object.entries(others), [key, { model: spec.model, data: spec.data, sets }] as const].slice(-most)), going: null }));
    keep();
  } catch (error) {
    if (wanted()) useZeroShot.setState({ going: null, failed: { key, message: messageOf(error) } });
  }
}

/** Ends the measurement; nothing is kept of it. */
export function cancelZeroShot(): void {
  job++;
  useZeroShot.setState({ going: null });
  void studio().cancelZeroShot();
}

/** Another folder was opened under this id: what was measured of the one before is forgotten. */
export function forgetMeasured(kind: ImportKind, id: string): void {
  useZeroShot.setState(({ kept }) => ({ kept: Object.fromEntries(Object.entries(kept).filter(([, of]) => of[kind] !== id)) }));
  keep();
}
