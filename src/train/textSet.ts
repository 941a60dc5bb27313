import type { ContinuationDataset } from '../data/continuations';
import { USUAL_TOKENS, type TextLabels, type TextReading } from '../data/reading.meta';
import { DataError, type Dataset, type Split } from '../data/source';
import type { TextDataset } from '../data/texts';
import type { ChatTemplate } from '../io/chatTemplate';
import type { FileTree } from '../io/fileTree';
import type { TextTokenizer } from '../io/textTokenizer';
import { checkTokens, readoutOf, textModel, type TextModel } from '../models/text';
import { readsTexts, textTasks } from '../tasks/tasks.meta';
import { problemOf } from '../tasks/texts';
import { ContinuationFeed, ContinuationTokens, endOfText, surveyed } from './continuationFeed';
import type { Feed } from './images';
import { hiddenIn } from './maskedFeed';
import type { KnownModel } from './openModel';
import type { TextSettings } from './protocol';
import { measured, TextFeed } from './textFeed';

/** The model in the form that a task asks for. Throws ModelError where it has no such form. */
export const forTask = ({ net }: Pick<KnownModel, 'net'>, { task }: TextSettings): TextModel => textForm(textModel(net), { task });

/** The same for texts of a certain length. */
export const textForm = (model: TextModel, { task, max_length }: TextSettings): TextModel => textModel(model.with({ ...(task !== undefined && { reads: textTasks[task]?.reads }), ...(max_length !== undefined && { tokens: max_length }) }));

/** Reading of a data set for what a run is to learn of it. */
export const textReading = ({ task, columns, prompt, answer, choices }: TextSettings): TextReading => {
  const reads = task === undefined ? undefined : readsTexts(task);
  return { ...(reads !== undefined && { reads }), ...(columns && { columns }), ...(prompt !== undefined && { prompt }), ...(answer !== undefined && { answer }), ...(choices !== undefined && { choices }) };
};

/** The tokenizer of a model's folder. Throws DataError or FormatError. */
export async function tokenizerOf(model: Pick<KnownModel, 'id' | 'texts'>): Promise<TextTokenizer> {
  if (!model.texts) throw new DataError(`${model.id} has no tokenizer.json, by which texts are read; add it to the folder.`);
  return model.texts();
}

/** The template of a model's folder, by which chats become texts. Throws DataError or FormatError. */
export async function chatTemplateOf(model: Pick<KnownModel, 'id' | 'texts'>): Promise<ChatTemplate> {
  const [{ chat }, { ChatTemplate }] = await Promise.all([tokenizerOf(model), import('../io/chatTemplate')]);
  const template = ChatTemplate.of(chat);
  if (!template) throw new DataError(`${model.id} has no chat template (chat_template in tokenizer_config.json, or chat_template.jinja), by which chats become texts; add one, or take a model that was made for chats.`);
  return template;
}

/** Most tokens of a text for a model. Throws ModelError where more are asked for than it has positions for. */
export function mostTokens({ language: { max_tokens } }: TextModel, { max_length }: TextSettings): number {
  if (max_length !== undefined) checkTokens(max_length, max_tokens);
  return max_length ?? Math.min(USUAL_TOKENS, max_tokens);
}

/** A set of texts, and a model in the form that reads it. */
export interface OpenedTexts {
  model: TextModel;
  data: Dataset;
  /** Kind of the labels; null for texts that are gone on with. */
  labels: TextLabels | null;
  /** Roles of the files, in words. */
  of: string;
  /** True of chats. */
  chat?: true;
  feedOf: (model: TextModel) => (split: Split) => Feed;
}

/** True if a model learns texts themselves, and nothing that is said of them. */
export const wholeTexts = ({ language }: TextModel): boolean => readoutOf(language).vocabulary;

/** Opens a set of texts for a model. Throws DataError, FormatError or ModelError. */
export async function openTextData(loaded: KnownModel, tree: FileTree, settings: TextSettings): Promise<OpenedTexts> {
  const base = forTask(loaded, settings);
  if (wholeTexts(base)) return openContinuationData(loaded, base, tree, settings);
  if (settings.prompt !== undefined || settings.answer !== undefined || settings.choices !== undefined) throw new DataError('a prompt and an answer are for models that go on with texts; this one tells what they are.');
  const byWords = readoutOf(base.language).byTokens;
  const { openTexts } = await import('../data/texts');
  const opened = await openTexts(tree, { columns: settings.columns, ...(byWords && { labels: 'words' }) });
  return readBy(loaded, opened, settings);
}

/** A model in the form that reads this set: for what its labels are, and as long as its texts; what is cut is among the notes. Throws DataError, FormatError or ModelError. */
export async function readBy(loaded: KnownModel, opened: TextDataset, settings: TextSettings): Promise<OpenedTexts> {
  const base = forTask(loaded, settings);
  const numbers = opened.labels === 'numbers';
  // A number has no name: the model's own stands for it.
  const problem = problemOf(base, opened.labels);
  const named = numbers && problem === base.language.problem ? { ...opened, classes: base.labels } : opened;
  const tokenizer = await tokenizerOf(loaded);
  const feedOf = (model: TextModel) => (split: Split) => new TextFeed(split, tokenizer, model);
  const most = mostTokens(base, settings);
  const { longest, notes } = measured(named, (split) => feedOf(base)(split).lengths(most));
  const data: Dataset = { ...named, notes: [...(named.notes ?? []), ...notes] };
  const { text, pair, label } = opened.columns;
  const of = `text ${text}${pair === undefined ? '' : ` and ${pair}`}, label ${label}`;
  return { model: textModel(base.with({ problem, tokens: longest })), data, labels: opened.labels, of, feedOf };
}

/** The same of texts that are gone on with; what is cut and left out is among the notes. */
async function openContinuationData(loaded: KnownModel, base: TextModel, tree: FileTree, settings: TextSettings): Promise<OpenedTexts> {
  const { prompt, answer, choices, columns } = settings;
  if (columns?.pair !== undefined || (columns?.label !== undefined && prompt === undefined)) throw new DataError('texts that are gone on with have no pairs and no labels; give --text-column, or --prompt and --answer.');
  mostTokens(base, settings);
  const { openContinuations } = await import('../data/continuations');
  return goingOnWith(loaded, await openContinuations(tree, { prompt, answer, choices, column: columns?.text, right: columns?.label }), settings);
}

/** Reader that makes tokens for a model of texts that are gone on with. Throws DataError or FormatError. */
export async function readerOf(loaded: KnownModel, form: TextModel, { chat }: Pick<ContinuationDataset, 'chat'>): Promise<ContinuationTokens> {
  const tokenizer = await tokenizerOf(loaded);
  return new ContinuationTokens(tokenizer, chat ? await chatTemplateOf(loaded) : endOfText(tokenizer, loaded, form));
}

/** A model in the form that goes on with these texts, or says what is hidden in them, as long as they are; texts of which nothing counts are left out. Throws DataError, FormatError or ModelError. */
export async function goingOnWith(loaded: KnownModel, read: ContinuationDataset, settings: TextSettings): Promise<OpenedTexts> {
  const { templates } = read;
  const base = forTask(loaded, settings);
  if (!readoutOf(base.language).generates) return hiddenIn(read, base, await tokenizerOf(loaded), mostTokens(base, settings));
  const tokens = await readerOf(loaded, base, read);
  const most = mostTokens(base, settings);
  const known = { train: surveyed(read.train, tokens, most, 'train'), ...(read.val && { val: surveyed(read.val, tokens, most, 'validation') }), test: surveyed(read.test, tokens, most, 'test') };
  const all = Object.values(known);
  const [refusal] = all.flatMap(({ refusal }) => refusal ?? []);
  if (known.test.split.count === 0 && refusal !== undefined) throw new DataError(`No chat of ${read.title} is left to measure on. ${refusal}`);
  if (known.test.split.count === 0) throw new DataError(`No text of ${read.title} has anything that counts within ${most} tokens; allow longer ones with --max-length.`);
  const data: Dataset = { ...read, ...Object.fromEntries(Object.entries(known).map(([part, { split }]) => [part, split])), notes: [...(read.notes ?? []), ...all.flatMap(({ notes }) => notes)] };
  const of = `${read.chat ? `chats ${read.of}` : templates === undefined ? `text ${read.of}` : `prompt ${JSON.stringify(templates.prompt)}, answer ${JSON.stringify(templates.answer)}${read.test.text!(0).choices ? `, ${read.of}` : ''}`}; ${known.train.counted} of ${known.train.tokens} tokens to train on count`;
  return { model: textModel(base.with({ tokens: Math.max(...all.map(({ longest }) => longest)) })), data, labels: null, of, ...(read.chat && { chat: true }), feedOf: (model) => (split) => new ContinuationFeed(split, tokens, model) };
}
