import { Adapted } from '../adapters/adapted';
import { FROZEN, HEAD_ONLY } from '../adapters/fields';
import { limited } from '../data/limit';
import type { Split } from '../data/source';
import { USUAL_TOKENS, type TextColumns } from '../data/reading.meta';
import { textModel, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import { textTasks } from '../tasks/tasks.meta';
import { evaluate } from '../train/evaluate';
import { rowsMeasured } from '../train/feeds';
import type { LoadedModel } from '../train/openModel';
import type { Evaluation, TextSettings } from '../train/protocol';
import { openTextData } from '../train/textSet';
import { openAdapter, type OpenAdapter } from './adapter';
import { UsageError, wholeFrom, type Flag, type Given } from './command';
import { labelPlaces, limitRule, withEvaluation } from './evaluator';
import { dataTree } from './files';

/** Task that a model of texts is read for. */
export const taskFlag: Flag = { name: 'task', kind: 'choice', group: 'Texts', choices: Object.keys(textTasks), help: 'Texts: the task, if config.json does not say.' };

/** Flags of every command that reads texts. */
export const textFlags: Flag[] = [
  taskFlag,
  { name: 'max_length', kind: 'integer', group: 'Texts', help: `Maximum tokens per text, the longer one of a pair is cut first; by default ${USUAL_TOKENS} or what the longest needs.` },
  { name: 'text_column', kind: 'text', group: 'Texts', help: 'Column of the text; by its usual names when left out.' },
  { name: 'pair_column', kind: 'text', group: 'Texts', help: 'Column of the second text of a pair.' },
  { name: 'label_column', kind: 'text', group: 'Texts', help: 'Column of the label, of the tags of the words, or of which choice is right.' },
];

/** Flags of the commands that read texts to go on with. */
export const continuationFlags: Flag[] = [
  { name: 'prompt', kind: 'text', group: 'Texts', value: 'TEXT', help: 'Of a model that generates: the prompt, with {column} for a column and \\n for a new line; without it a column of texts counts as a whole.' },
  { name: 'answer', kind: 'text', group: 'Texts', value: 'TEXT', help: 'With --prompt: the answer that follows it; only the answer counts in the loss. {choice} stands for each of several choices.' },
  { name: 'choices', kind: 'text', group: 'Texts', value: 'COLUMN', help: 'With --prompt: column of the choices, a list, or what numbered columns are called without their number; by its usual names when left out and --answer has {choice}.' },
];

/** Settings of texts from the flags. Throws UsageError. */
export function textSettings(given: Given): TextSettings {
  const task = given.task === undefined ? undefined : String(given.task);
  if (task !== undefined && !Object.hasOwn(textTasks, task)) throw new UsageError(`--task is ${JSON.stringify(task)}; it must be one of ${Object.keys(textTasks).join(', ')}`);
  const max_length = wholeFrom(given, 'max_length', 1, 2 ** 20);
  const named = (['text', 'pair', 'label'] as const).filter((name) => given[`${name}_column`] !== undefined);
  const columns: TextColumns = Object.fromEntries(named.map((name) => [name, String(given[`${name}_column`])]));
  const templates = Object.fromEntries((['prompt', 'answer', 'choices'] as const).filter((name) => given[name] !== undefined).map((name) => [name, String(given[name])]));
  return { ...(task !== undefined && { task }), ...(max_length !== undefined && { max_length }), ...(named.length && { columns }), ...templates };
}

/** The scores of an evaluation of texts, in words. */
export function scoresText({ accuracy, confusion, scores = {} }: Pick<Evaluation, 'accuracy' | 'confusion' | 'scores'>): string {
  const of = Object.entries(scores).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return [...(confusion.length || of.length === 0 ? [`accuracy ${(100 * accuracy).toFixed(2)} %`] : []), ...of].join('  ');
}

/** The model as it is, or under a saved adapter, measured on a set of texts. */
export async function evaluateTexts(given: Given, loaded: LoadedModel, split: 'test' | 'train', limit: number, say: (line: string) => void): Promise<{ evaluation: Evaluation; labels: string[] }> {
  const { model, data, labels: kind, feedOf } = await openTextData(loaded, await dataTree(String(given.data)), textSettings(given));
  const opened = await openOn(given, loaded, model, say);
  const { labels } = opened.adapted.model;
  data.notes?.forEach((note) => say(`note: ${note}`));
  const rows = limited(data[split], limit, limitRule(given));
  const places = kind === 'classes' || kind === 'words' ? labelPlaces(labels, data, say) : null;
  const mapped = places ? relabelled(rows, places) : rows;
  const feed = feedOf(textModel(opened.adapted.model))(mapped);
  const evaluation = await withEvaluation(opened, given, mapped.count, (machine, programs) => evaluate(machine, programs, feed, mapped.count, labels.length, { step: 0, split }), rowsMeasured(mapped, feed));
  return { evaluation, labels };
}

/** A split with its labels and tags by their places among a model's. */
function relabelled(rows: Split, places: number[]): Split {
  return {
    ...rows,
    labels: Uint16Array.from(rows.labels, (label) => places[label] ?? label),
    text: (i) => {
      const row = rows.text!(i);
      return row.tags ? { ...row, tags: row.tags.map((tag) => defined(places[tag])) } : row;
    },
  };
}

/** The model of --model in this form, under --adapter or as it is. */
export async function openOn(given: Given, loaded: LoadedModel, model: TextModel, say: (line: string) => void): Promise<OpenAdapter & { model: LoadedModel }> {
  if (given.adapter === undefined && model.head === null) return { adapted: new Adapted(model, FROZEN), values: {}, foreign: [], image_size: null, model: loaded };
  return { ...(await openAdapter(loaded, model, given.adapter === undefined ? { method: HEAD_ONLY } : { adapter: given.adapter }, say)), model: loaded };
}
