import { HEAD_ONLY } from '../adapters/fields';
import { limited } from '../data/limit';
import { DataError, type Split } from '../data/source';
import { openTexts, type TextColumns, type TextDataset } from '../data/texts';
import { textModel, type TextModel } from '../models/text';
import { said } from '../said/said';
import { textTasks } from '../tasks/tasks.meta';
import { evaluate } from '../train/evaluate';
import type { LoadedModel } from '../train/openModel';
import type { Evaluation, TextSettings } from '../train/protocol';
import { TextFeed } from '../train/textFeed';
import { openAdapter, type OpenAdapter } from './adapter';
import { UsageError, wholeFrom, type Flag, type Given } from './command';
import { labelPlaces, limitRule, withEvaluation } from './evaluator';
import { dataTree } from './files';
import type { TextTokenizer } from '../io/textTokenizer';

/** Tokens of a text where nothing else is said; shorter where all texts are. */
const USUAL_TOKENS = 128;

/** Flags of every command that reads texts. */
export const textFlags: Flag[] = [
  { name: 'task', kind: 'choice', choices: Object.keys(textTasks), help: 'Texts: what the model is read for, where config.json does not say.' },
  { name: 'max_length', kind: 'integer', help: `Texts: most tokens of one, the longer one of a pair is cut first; ${USUAL_TOKENS} or what the longest needs, when left out.` },
  { name: 'text_column', kind: 'text', help: 'Texts: column of the text; by its usual names when left out.' },
  { name: 'pair_column', kind: 'text', help: 'Texts: column of the second text of a pair.' },
  { name: 'label_column', kind: 'text', help: 'Texts: column of the label, or of the tags of the words.' },
];

/** What the flags say of texts. Throws UsageError. */
export function textSettings(given: Given): TextSettings {
  const task = given.task === undefined ? undefined : String(given.task);
  if (task !== undefined && !Object.hasOwn(textTasks, task)) throw new UsageError(`--task is ${JSON.stringify(task)}; it must be one of ${Object.keys(textTasks).join(', ')}`);
  const max_length = wholeFrom(given, 'max_length', 1, 2 ** 20);
  const named = (['text', 'pair', 'label'] as const).filter((name) => given[`${name}_column`] !== undefined);
  const columns: TextColumns = Object.fromEntries(named.map((name) => [name, String(given[`${name}_column`])]));
  return { ...(task !== undefined && { task }), ...(max_length !== undefined && { max_length }), ...(named.length && { columns }) };
}

/** The scores of an evaluation of texts, in words. */
export function scoresText({ accuracy, confusion, scores = {} }: Pick<Evaluation, 'accuracy' | 'confusion' | 'scores'>): string {
  const of = Object.entries(scores).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return [...(confusion.length || of.length === 0 ? [`accuracy ${(100 * accuracy).toFixed(2)} %`] : []), ...of].join('  ');
}

/** The model in the form that a task asks for. Throws ModelError where it has no such form. */
export const forTask = ({ vision }: Pick<LoadedModel, 'vision'>, { task }: TextSettings): TextModel => textForm(textModel(vision), { task });

/** The same for texts of a certain length. */
export const textForm = (model: TextModel, { task, max_length }: TextSettings): TextModel => textModel(model.with({ ...(task !== undefined && { reads: textTasks[task] }), ...(max_length !== undefined && { tokens: max_length }) }));

/** The tokenizer of a model's folder. Throws DataError or FormatError. */
export async function tokenizerOf(model: LoadedModel): Promise<TextTokenizer> {
  if (!model.texts) throw new DataError(said`${model.id} has no tokenizer.json, by which texts are read; add it to the folder.`);
  return model.texts();
}

/** Most tokens of a text for a model. */
export const mostTokens = ({ language }: TextModel, { max_length = USUAL_TOKENS }: TextSettings): number => Math.min(max_length, language.max_tokens);

/** A set of texts, and a model in the form that reads it. */
export interface OpenedTexts {
  model: TextModel;
  data: TextDataset;
  feedOf: (model: TextModel) => (split: Split) => TextFeed;
}

/** Opens a set of texts for a model. Throws DataError, FormatError or ModelError. */
export async function openTextData(loaded: LoadedModel, name: string, settings: TextSettings): Promise<OpenedTexts> {
  const base = forTask(loaded, settings);
  const byWords = base.language.reads === 'tokens';
  const opened = await openTexts(await dataTree(name), { columns: settings.columns, ...(byWords && { labels: 'words' }) });
  const numbers = opened.labels === 'numbers';
  // A number has no name: the model's own stands for it.
  const data = numbers && base.language.problem === 'regression' ? { ...opened, classes: base.labels } : opened;
  const problem = numbers ? 'regression' : byWords || base.language.problem !== 'regression' ? base.language.problem : 'single_label_classification';
  const feedOf = (tokenizer: TextTokenizer) => (model: TextModel) => (split: Split) => new TextFeed(split, tokenizer, model);
  const open = feedOf(await tokenizerOf(loaded));
  const most = mostTokens(base, settings);
  const longest = Math.max(...[data.train, data.val, data.test].map((split) => (split ? open(base)(split).longest(most) : 1)));
  return { model: textModel(base.with({ problem, tokens: longest })), data, feedOf: open };
}

/** The model as it is, or under a saved adapter, measured on a set of texts. */
export async function evaluateTexts(given: Given, loaded: LoadedModel, split: 'test' | 'train', limit: number, say: (line: string) => void): Promise<{ evaluation: Evaluation; labels: string[] }> {
  const { model, data, feedOf } = await openTextData(loaded, String(given.data), textSettings(given));
  const opened = await openOn(given, loaded, model, say);
  const { labels } = opened.adapted.model;
  const rows = limited(data[split], limit, limitRule(given));
  const places = data.labels === 'numbers' ? null : labelPlaces(labels, data, say);
  const mapped = places ? relabelled(rows, places) : rows;
  const evaluation = await withEvaluation(opened, given, mapped.count, (machine, programs) =>
    evaluate(machine, programs, feedOf(textModel(opened.adapted.model))(mapped), mapped.count, labels.length, { step: 0, split }),
  );
  return { evaluation, labels };
}

/** A split with its labels and tags by their places among a model's. */
function relabelled(rows: Split, places: number[]): Split {
  return {
    ...rows,
    labels: Uint16Array.from(rows.labels, (label) => places[label] ?? label),
    text: (i) => {
      const row = rows.text!(i);
      return row.tags ? { ...row, tags: row.tags.map((tag) => places[tag]!) } : row;
    },
  };
}

/** The model of --model in this form, under --adapter or as it is. */
export async function openOn(given: Given, loaded: LoadedModel, model: TextModel, say: (line: string) => void): Promise<OpenAdapter & { model: LoadedModel }> {
  return { ...(await openAdapter(loaded, model, given.adapter === undefined ? { method: HEAD_ONLY } : { adapter: given.adapter }, say)), model: loaded };
}
