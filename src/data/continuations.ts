import type { FileTree } from '../io/fileTree';
import { textTables, type Table } from '../io/table';
import { defined } from '../numbers/defined';
import { CHOICE, choiceNames, choiceNotes, readChoices, type AskedChoices, type ChoiceFault, type Choices } from './choices';
import { chatColumn, faultNotes, holdsChats, readChats } from './chats';
import { findColumn } from './columns';
import { usualSplit } from './edits.meta';
import { partInPath, type Part } from './imageFiles';
import type { TextTable } from './reading.meta';
import { rowName, spoken } from './rowName.meta';
import { DataError, type Dataset, type Split, type TextRow } from './source';
import { Template } from './template';
import { asText, beginning, lacksColumn, listing, splitsOf, tableOf } from './texts';

export interface ContinuationOptions extends AskedChoices {
  /** Templates of what is given and of what is to be said, both or neither (`Template`); of choices, what is to be said is {choice} where nothing else is. */
  prompt?: string;
  answer?: string;
  /** Without templates: the column of texts that all of counts; by its usual names when left out. */
  column?: string;
  /** Seed of the split of sets that bring none. */
  seed?: number;
}

/** A set of texts to go on with: rows have the prompt in `first` and the answer in `second`, or all in `first` and no second. */
export interface ContinuationDataset extends Dataset {
  /** Parts of the files that the texts were made of. */
  of: string;
  /** The column of texts that all of count, or the templates that rows were made by; neither of .txt files. */
  column?: string;
  templates?: { prompt: string; answer: string; choices?: string };
  /** True where all rows are chats, which a model's own template makes texts of. */
  chat?: true;
  /** The first of its tables; null of .txt files. */
  table: TextTable | null;
}

const promptNames = ['prompt', 'instruction', 'question', 'input'];
/** Names of the text before choices, which has others too. */
const stemNames = [...promptNames, 'question_stem', 'query', 'goal', 'ctx', 'premise', 'context', 'sentence'];
/** The answer that is a choice and nothing else. */
const ANSWER = ` {${CHOICE}}`;
const answerNames = ['completion', 'response', 'answer', 'output', 'reply', 'chosen'];
/** Names of other texts given beside some prompts, and whether they stand before them. */
const givenNames: Record<string, { names: string[]; before: boolean }> = { instruction: { names: ['input', 'context'], before: false }, question: { names: ['context', 'passage'], before: true } };

/** Templates of a table whose columns are called as prompts and answers usually are; null of another. */
export function usualTemplates(columns: readonly string[]): { prompt: string; answer: string } | null {
  const [prompt, answer] = [promptNames, answerNames].map((names) => findColumn([...columns], names));
  if (prompt === undefined || answer === undefined) return null;
  const { names = [], before } = givenNames[prompt.toLowerCase()] ?? {};
  const given = findColumn([...columns], names);
  const parts = (before ? [given, prompt] : [prompt, given]).filter((name) => name !== undefined);
  return { prompt: parts.map((name) => `{${name}}`).join('\\n'), answer: ` {${answer}}` };
}

/** The same of a table with choices. */
export function choiceTemplates(columns: readonly string[]): { prompt: string; answer: string } | null {
  const prompt = findColumn([...columns], stemNames);
  return prompt === undefined ? null : { prompt: `{${prompt}}`, answer: ANSWER };
}

const usualNames = ['text', 'content', 'sentence', 'story', 'document', 'ref'];
const isLines = (path: string): boolean => /\.txt$/i.test(path) && !/(^|\/)\./.test(path);

/**
 * Texts to go on with, out of CSV, TSV, JSON lines, JSON or parquet, or, where there is none of these, of the lines of .txt files: one file, or
 * one for each split, as `openTexts` has them. With templates a row is a prompt and an answer; rows are left out whose answer has an empty
 * column, or whose prompt has nothing but empty ones. An answer with {choice}, where no column is called so, is made of each choice of a row, of
 * which the right one is to be said. Without templates, a column of lists of turns is one of chats. Throws DataError.
 */
export async function openContinuations(tree: FileTree, { prompt, answer: asked, column, choices, right, seed = usualSplit.seed }: ContinuationOptions = {}): Promise<ContinuationDataset> {
  if (choices !== undefined && prompt === undefined) throw new DataError('Choices need a prompt that they go on from; give one, with columns in braces.');
  const answer = asked ?? (choices === undefined ? undefined : ANSWER);
  if ((prompt === undefined) !== (answer === undefined)) throw new DataError('A prompt needs an answer and an answer a prompt; give both, or neither.');
  if (prompt !== undefined && column !== undefined) throw new DataError('Texts are a column or a prompt and an answer, not both.');
  const templates = prompt === undefined || answer === undefined ? null : { prompt, answer };
  const of = templates && { prompt: new Template(templates.prompt), answer: new Template(templates.answer) };
  if (of?.answer.columns.length === 0) throw new DataError(`The answer ${JSON.stringify(templates?.answer)} names no column; write it as {column}.`);
  const tables = textTables(tree.paths());
  const paths = tables.length ? tables : tree.paths().filter(isLines).sort();
  if (paths.length === 0) throw new DataError(`${tree.name} holds no texts; give .txt, CSV, TSV, JSON lines, JSON or parquet.`);
  const title = tree.name.replace(/\.\w+$/, '');
  const read: Read[] = [];
  const columns = new Set<string>();
  let first: TextTable | null = null;
  const faults: Rows['faults'] = [];
  let chats = 0;
  const opened: { path: string; table: Table }[] = [];
  for (const path of paths) {
    const table = isLines(path) ? await linesOf(tree, path) : await tableOf(tree, path, choices === undefined ? choiceNames : [choices]);
    if (!isLines(path)) first ??= beginning(table);
    opened.push({ path, table });
  }
  const byChoice = of !== null && of.answer.columns.includes(CHOICE) && (choices !== undefined || !opened.some(({ table }) => table.columns.includes(CHOICE)));
  if (choices !== undefined && !byChoice) throw new DataError(`The answer ${JSON.stringify(answer)} does not name the choice; write it as {${CHOICE}}.`);
  if (right !== undefined && !byChoice) throw new DataError(`texts that are gone on with have no labels, but where they go on by choices; write those as {${CHOICE}} in the answer.`);
  const chosen = byChoice ? readChoices(opened, { choices, right }) : null;
  const missed: ChoiceFault[] = [];
  for (const [t, { path, table }] of opened.entries()) {
    const rows = of ? fromTemplates(table, path, of, chosen?.rows[t]) : fromColumn(table, path, column);
    for (const fault of rows.missed ?? []) missed.push(fault);
    columns.add(of ? `${of.prompt.text}${of.answer.text}` : rows.column!);
    const part = partInPath(path) ?? 'train';
    if (rows.faults) chats++;
    for (const fault of rows.faults ?? []) faults.push(fault);
    rows.texts.forEach((text, row) => read.push({ part, name: rowName(path, row), text }));
  }
  if (chats > 0 && chats < paths.length) throw new DataError(`${title} holds chats in some of its files and other texts in others; keep them apart.`);
  const [named] = columns;
  const set = assemble(title, read, { of: chosen?.of ?? [...columns].join(', '), notes: [...faultNotes(faults), ...choiceNotes(missed)], left: faults.length + missed.length, byChoice, seed });
  return { ...set, table: first, ...(templates ? { templates: { ...templates, ...(choices !== undefined && { choices }) } } : first && { column: defined(named) }), ...(chats > 0 && { chat: true }) };
}

interface Read {
  part: Part;
  name: string;
  /** Null of an empty row. */
  text: TextRow | null;
}

interface Rows {
  texts: (TextRow | null)[];
  column?: string;
  /** Of chats: why rows are left out that are not empty. */
  faults?: ReturnType<typeof readChats>['faults'];
  /** Of choices: likewise. */
  missed?: ChoiceFault[];
}

/** The lines of a file, as a table. */
async function linesOf(tree: FileTree, path: string): Promise<Table> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await tree.read(path));
  } catch {
    throw new DataError(`${path} is not text in UTF-8; save it again in that encoding.`);
  }
  const lines = text.split(/\r?\n/);
  // What ends a file is no line of its own.
  if (lines.at(-1) === '') lines.pop();
  return { columns: ['text'], rows: lines.length, value: (row) => lines[row], cell: (row) => defined(lines[row]).trim() || null };
}

function fromTemplates(table: Table, path: string, { prompt, answer }: { prompt: Template; answer: Template }, chosen?: readonly (Choices | ChoiceFault)[]): Rows {
  prompt.check(path, table.columns);
  answer.check(path, chosen ? [...table.columns, CHOICE] : table.columns);
  const own = chosen ? answer.columns.filter((column) => column !== CHOICE) : answer.columns;
  const missed: ChoiceFault[] = [];
  const texts = Array.from({ length: table.rows }, (_, row): TextRow | null => {
    const value = (column: string) => asText(table.value(row, column));
    const empty = (column: string) => value(column).trim() === '';
    if (own.some(empty) || (prompt.columns.length > 0 && prompt.columns.every(empty))) return null;
    const first = prompt.fill(value);
    const choices = chosen?.[row];
    if (choices === undefined) return { first, second: answer.fill(value) };
    if (typeof choices === 'string') {
      missed.push(choices);
      return null;
    }
    const all = choices.texts.map((text) => answer.fill((column) => (column === CHOICE ? text : value(column))));
    return { first, second: defined(all[choices.right]), choices: { all, letters: choices.texts.map((text) => [...text].length), right: choices.right } };
  });
  return { texts, missed };
}

function fromColumn(table: Table, path: string, asked?: string): Rows {
  const { columns, rows, value } = table;
  if (asked !== undefined && !columns.includes(asked)) throw lacksColumn(path, asked, columns);
  const chat = asked === undefined ? chatColumn(table) : holdsChats(table, asked) ? asked : null;
  if (chat !== null) return { ...readChats(table, chat), column: chat };
  const column = asked ?? findColumn(columns, usualNames) ?? (columns.length === 1 ? columns[0] : undefined);
  if (column === undefined) throw new DataError(`${path} does not say which column is the text: it has ${listing(columns)}. Name it, or give a prompt and an answer with columns in braces.`);
  const texts = Array.from({ length: rows }, (_, row): TextRow | null => {
    const first = asText(value(row, column));
    return first.trim() === '' ? null : { first, second: null };
  });
  return { texts, column };
}

/** `left` are rows that are left out without being empty, as `notes` say. */
function assemble(title: string, read: Read[], { of, notes: before, left, byChoice, seed }: { of: string; notes: string[]; left: number; byChoice: boolean; seed: number }): Omit<ContinuationDataset, 'table'> {
  const notes = [...before];
  const full = read.filter((row): row is Read & { text: TextRow } => row.text !== null);
  const empty = read.length - full.length - left;
  if (empty > 0) notes.push(empty === 1 ? '1 empty row left out.' : `${empty} empty rows left out.`);
  if (full.length === 0 && notes.length === 0) throw new DataError(`${title} holds no row.`);
  if (full.length === 0 && left === 0) throw new DataError(`All rows of ${title} are empty.`);
  const why = () => notes.reduce((all, note) => `${all} ${note}`);
  if (full.length === 0) throw new DataError(byChoice ? `${title} holds no choices to learn from: ${why()}` : `${title} holds no chat to learn from: ${why()}`);
  const part = (wanted: Part): Split => splitOf(full.filter((row) => row.part === wanted));
  const splits = splitsOf({ train: part('train'), val: part('val'), test: part('test') }, seed);
  if (full.length === 1) throw new DataError(`${title} holds a single text, too few to hold some back to measure on; give more, or a test file.`);
  if (splits.test.count === 0) throw new DataError(`${title} holds ${full.length} texts, too few to hold some back to measure on; give more, or a test file.`);
  return { name: title, title, classes: [], licence: '', source: '', ...splits, notes, of };
}

const splitOf = (rows: { name: string; text: TextRow }[]): Split => ({
  count: rows.length,
  // Texts have no classes; by turns, so that splits can be drawn all the same.
  labels: Uint16Array.from(rows, (_, i) => i % 2),
  name: (i) => defined(rows[i]).name,
  text: (i) => defined(rows[i]).text,
  image: (i) => {
    throw new DataError(`${spoken(defined(rows[i]).name)} is a text; a model of images cannot look at it.`);
  },
});
