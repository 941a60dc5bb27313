import { Adapted } from '../adapters/adapted';
import { FROZEN, HEAD_ONLY } from '../adapters/fields';
import { openContinuations } from '../data/continuations';
import { limited } from '../data/limit';
import { DataError, type Dataset, type Split } from '../data/source';
import { openTexts, type TextColumns, type TextLabels } from '../data/texts';
import { checkTokens, textModel, type TextModel } from '../models/text';
import { english, said } from '../said/said';
import { textTasks } from '../tasks/tasks.meta';
import { ContinuationFeed, ContinuationTokens, endOfText, surveyed } from '../train/continuationFeed';
import { evaluate } from '../train/evaluate';
import type { Feed } from '../train/images';
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

/** Flags of the commands that read texts to go on with. */
export const continuationFlags: Flag[] = [
  { name: 'prompt', kind: 'text', value: 'TEXT', help: 'Texts to go on with: what is given, with {column} for a column and \\n for a new line; without it a column of texts counts as a whole.' },
  { name: 'answer', kind: 'text', value: 'TEXT', help: 'With --prompt: what is to be said after it, which alone counts in the loss.' },
];

/** What the flags say of texts. Throws UsageError. */
export function textSettings(given: Given): TextSettings {
  const task = given.task === undefined ? undefined : String(given.task);
  if (task !== undefined && !Object.hasOwn(textTasks, task)) throw new UsageError(`--task is ${JSON.stringify(task)}; it must be one of ${Object.keys(textTasks).join(', ')}`);
  const max_length = wholeFrom(given, 'max_length', 1, 2 ** 20);
  const named = (['text', 'pair', 'label'] as const).filter((name) => given[`${name}_column`] !== undefined);
  const columns: TextColumns = Object.fromEntries(named.map((name) => [name, String(given[`${name}_column`])]));
  const templates = Object.fromEntries((['prompt', 'answer'] as const).filter((name) => given[name] !== undefined).map((name) => [name, String(given[name])]));
  return { ...(task !== undefined && { task }), ...(max_length !== undefined && { max_length }), ...(named.length && { columns }), ...templates };
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
  data: Dataset;
  /** What labels are; null of texts that are gone on with. */
  labels: TextLabels | null;
  /** What of the files is what, in words. */
  of: string;
  feedOf: (model: TextModel) => (split: Split) => Feed;
}

/** Opens a set of texts for a model. Throws DataError, FormatError or ModelError. */
export async function openTextData(loaded: LoadedModel, name: string, settings: TextSettings): Promise<OpenedTexts> {
  const base = forTask(loaded, settings);
  if (base.language.reads === 'next') return openContinuationData(loaded, base, name, settings);
  if (settings.prompt !== undefined || settings.answer !== undefined) throw new DataError(said`a prompt and an answer are for models that go on with texts; this one tells what they are.`);
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
  const { text, pair, label } = opened.columns;
  const of = `text ${text}${pair === undefined ? '' : ` and ${pair}`}, label ${label}`;
  return { model: textModel(base.with({ problem, tokens: longest })), data, labels: opened.labels, of, feedOf: open };
}

/** The same of texts that are gone on with; what is cut and left out is among the notes. */
async function openContinuationData(loaded: LoadedModel, base: TextModel, name: string, settings: TextSettings): Promise<OpenedTexts> {
  const { prompt, answer, columns, max_length } = settings;
  if (columns?.pair !== undefined || columns?.label !== undefined) throw new DataError(said`texts that are gone on with have no pairs and no labels; give --text-column, or --prompt and --answer.`);
  if (max_length !== undefined) checkTokens(max_length, base.language.max_tokens);
  const read = await openContinuations(await dataTree(name), { prompt, answer, column: columns?.text });
  const tokenizer = await tokenizerOf(loaded);
  const tokens = new ContinuationTokens(tokenizer, endOfText(tokenizer, loaded, base));
  const most = mostTokens(base, settings);
  const known = { train: surveyed(read.train, tokens, most, 'train'), ...(read.val && { val: surveyed(read.val, tokens, most, 'validation') }), test: surveyed(read.test, tokens, most, 'test') };
  const all = Object.values(known);
  if (known.test.split.count === 0) throw new DataError(said`No text of ${read.title} has anything that counts within ${most} tokens; allow longer ones with --max-length.`);
  const data: Dataset = { ...read, ...Object.fromEntries(Object.entries(known).map(([part, { split }]) => [part, split])), notes: [...(read.notes ?? []), ...all.flatMap(({ notes }) => notes)] };
  const of = `${prompt === undefined ? `text ${read.of}` : `prompt ${JSON.stringify(prompt)}, answer ${JSON.stringify(answer)}`}; ${known.train.counted} of ${known.train.tokens} tokens to train on count`;
  return { model: textModel(base.with({ tokens: Math.max(...all.map(({ longest }) => longest)) })), data, labels: null, of, feedOf: (model) => (split) => new ContinuationFeed(split, tokens, model) };
}

/** The model as it is, or under a saved adapter, measured on a set of texts. */
export async function evaluateTexts(given: Given, loaded: LoadedModel, split: 'test' | 'train', limit: number, say: (line: string) => void): Promise<{ evaluation: Evaluation; labels: string[] }> {
  const { model, data, labels: kind, feedOf } = await openTextData(loaded, String(given.data), textSettings(given));
  const opened = await openOn(given, loaded, model, say);
  const { labels } = opened.adapted.model;
  data.notes?.forEach((note) => say(`note: ${english(note)}`));
  const rows = limited(data[split], limit, limitRule(given));
  const places = kind === 'classes' || kind === 'words' ? labelPlaces(labels, data, say) : null;
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
  if (given.adapter === undefined && model.head === null) return { adapted: new Adapted(model, FROZEN), values: {}, foreign: [], image_size: null, model: loaded };
  return { ...(await openAdapter(loaded, model, given.adapter === undefined ? { method: HEAD_ONLY } : { adapter: given.adapter }, say)), model: loaded };
}
