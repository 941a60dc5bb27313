import { methodFields as methods, type Field, type MethodFields } from '../../../adapters/fields';
import { SMALL_BATCH, trainDefaults, trainFields as training } from '../../../train/config';
import type { DataInfo, Medium, TrainConfig } from '../../../train/protocol';
import { formatSetting } from '../../../language/format';
import { inMedium } from '../../../language/medium';

export type { Field };

/** A setting whose words are about what the page learns from. Its name and its values stay as files and the command line spell them. */
const inWords = (field: Field): Field => ({
  ...field,
  get label() {
    return inMedium([field.label]);
  },
  get help() {
    return inMedium([field.help]);
  },
  get unit() {
    return field.unit && inMedium([field.unit]);
  },
  get empty() {
    return field.empty && { ...field.empty, means: inMedium([field.empty.means]) };
  },
});

export const trainFields = training.map(inWords);
export const methodFields: Readonly<Record<string, MethodFields>> = Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, { ...method, fields: method.fields.map(inWords) }]));

/** Defaults of the page where the command line has none: short runs that can be watched and resumed, whose new head learns as fast under every method, as in the recorded runs. */
const onPage: Partial<TrainConfig> = { steps: 200, head_lr: 0.005, val_fraction: 0.1, eval_every: 25, checkpoint_every: 25, snapshots: 6 };
/** On the processor a step takes seconds: fewer and smaller ones, so that a first result is minutes away, not hours. */
const onSoftware: Partial<TrainConfig> = { steps: 60, batch: SMALL_BATCH, val_fraction: 0.04, eval_every: 10, checkpoint_every: 10, test_limit: 500 };

/** Steps on short texts are short, and more of them are needed: LoRA on the bundled moods tells good from bad only after some 400 (73 % right after 160, 97 to 100 % after 600). */
const onTexts: Partial<TrainConfig> = { steps: 600, eval_every: 50, checkpoint_every: 50 };

/** Examples that validation should have, and the most of a small set that it may take for them. */
const validation = { examples: 20, share: 0.2 };

/** Training examples that a share to validate is taken of: those within the limit; without bounds where the data bring their own, or are not known. */
export const heldFrom = (data: Pick<DataInfo, 'train' | 'val'> | undefined, limit: unknown): number => (!data || data.val > 0 ? Infinity : Math.min(Number(limit) || Infinity, data.train));

/** Training settings that hold where the person set nothing, for so many training examples: a small set gives a larger share to validate, in whole percent. */
export function standardTrain(software: boolean, medium: Medium = 'pictures', examples = Infinity): TrainConfig {
  const train = { ...trainDefaults, ...onPage, ...(software ? onSoftware : {}), ...(medium === 'texts' ? onTexts : {}) };
  return { ...train, val_fraction: Math.max(train.val_fraction, Math.min(validation.share, Math.ceil((100 * validation.examples) / examples) / 100)) };
}

/** Learning rate a method starts from. */
export const defaultLr = (method: string): number => methodFields[method]?.lr ?? trainDefaults.lr;

/** Settings of a method that stand under it; which layers are adapted is asked once for all methods. */
export const ownFields = (method: string): Field[] => (methodFields[method]?.fields ?? []).filter((field) => field.name !== 'target_modules');

export type Checked = { ok: true; value: unknown } | { ok: false; reason: 'number' | 'range' | 'whole' };

/** Reads what was typed into a field. Nothing typed where nothing is the default means the default. */
export function parseField(field: Field, text: string): Checked {
  const trimmed = text.trim();
  if (trimmed === '' && field.default === null) return { ok: true, value: null };
  if (field.kind === 'names') return { ok: true, value: trimmed.split(/[\s,]+/).filter(Boolean) };
  if (field.kind === 'text') return { ok: true, value: trimmed };
  const value = trimmed === '' ? NaN : Number(trimmed);
  if (!Number.isFinite(value)) return { ok: false, reason: 'number' };
  if (field.kind === 'integer' && !Number.isInteger(value)) return { ok: false, reason: 'whole' };
  if (value < (field.min ?? -Infinity) || value > (field.max ?? Infinity)) return { ok: false, reason: 'range' };
  return { ok: true, value };
}

/** A value as a form shows it: shares in percent, and nothing for what stands for "not set". */
export function fieldText(field: Field, value: unknown): string {
  if (field.empty?.value === value) return '';
  return formatSetting(field.percent && typeof value === 'number' ? inPercent(value) : value);
}

/** Reads what was typed into a form: the inverse of `fieldText`. */
export function readField(field: Field, text: string): Checked {
  if (field.empty && text.trim() === '') return { ok: true, value: field.empty.value };
  if (!field.percent) return parseField(field, text);
  const read = parseField({ ...field, min: field.min && inPercent(field.min), max: field.max && inPercent(field.max) }, text);
  return read.ok && typeof read.value === 'number' ? { ok: true, value: Number((read.value / 100).toPrecision(12)) } : read;
}

/** A value in words, as "10 %" or "all". */
export const fieldWords = (field: Field, value: unknown): string => fieldText(field, value) + (field.empty?.value === value ? (field.empty?.means ?? '') : field.percent ? ' %' : '');

/** A choice in words: its values are spelled as files have them. */
export const choiceWords = (value: string): string => value.replaceAll('_', ' ');

const inPercent = (share: number): number => Number((100 * share).toPrecision(12));

/** True when a stored value may be used for the field (it may come from an older version of the page). */
export function isValid(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return field.choices?.some((choice) => choice === value) ?? false;
    case 'names':
      return Array.isArray(value) && value.every((name) => typeof name === 'string');
    case 'text':
      return typeof value === 'string' || (value === null && field.default === null);
    default:
      return (value === null && field.default === null) || (typeof value === 'number' && parseField(field, String(value)).ok);
  }
}
