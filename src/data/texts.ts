import { cut, jsonOf, quote } from '../errors/text';
import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { readTable, textTables, type Table } from '../io/table';
import { defined } from '../numbers/defined';
import { classNamed, findColumn, labelColumn, labelNames, NamedClasses, sortClasses } from './columns';
import { usualSplit } from './edits.meta';
import { partInPath, type Part } from './imageFiles';
import { partition } from './partition';
import type { TextColumns, TextLabels, TextTable } from './reading.meta';
import { rowName, spoken } from './rowName.meta';
import { checkTrainable, subset, textsOf } from './split';
import { DataError, type Dataset, type Split, type TextRow } from './source';

export interface TextOptions {
  columns?: TextColumns;
  /** Kind of the labels, if they do not tell it themselves: `words` must be asked for. */
  labels?: TextLabels;
  /** Seed of the split of sets that bring none. */
  seed?: number;
}

/** A set of texts: its splits have `text`, and no image. */
export interface TextDataset extends Dataset {
  labels: TextLabels;
  columns: TextColumns;
  /** The first of its tables. */
  table: TextTable;
}

const firstNames = ['text', 'sentence1', 'premise', 'question1', 'question', 'sentence', 'content', 'review', 'tweet', 'title', 'words', 'tokens'];
/** Names of the second text beside each first; others stand alone. A map, as tables call their columns what they will, "constructor" too. */
const pairNames = new Map(Object.entries({ sentence1: ['sentence2'], premise: ['hypothesis'], question: ['sentence', 'answer', 'passage', 'context'], question1: ['question2'], text: ['text_pair', 'pair'] }));
const wordNames = ['tokens', 'words'];
const tagNames = ['tags', 'ner_tags', 'pos_tags', 'labels', 'label'];
const numberNames = ['score', 'similarity', 'similarity_score', 'rating'];
const MAX_FILES = 1000;
/** Strata of numbers, by which splits are drawn in proportion. */
const STRATA = 10;

/**
 * Texts and their labels out of CSV, TSV, JSON lines or parquet: one file, or one for each split, whose name tells which it is (train,
 * validation, dev, test). Columns are found by their usual names unless they are given. Whole numbers and words are classes, other numbers
 * are numbers; rows without a label (-1, as the hub's test files have it) are left out. Where there is no test row the validation rows
 * become the test split, and where there are none either, a fifth by `seed`. Throws DataError.
 */
export async function openTexts(tree: FileTree, { columns = {}, labels: asked, seed = usualSplit.seed }: TextOptions = {}): Promise<TextDataset> {
  const paths = textTables(tree.paths());
  if (paths.length === 0) throw new DataError(`${tree.name} holds no table of texts; give CSV, TSV, JSON lines or parquet.`);
  if (paths.length > MAX_FILES) throw new DataError(`${tree.name} holds ${paths.length} tables, at most ${MAX_FILES} are read.`);
  const rows: Read[] = [];
  const named = new NamedClasses();
  let used: TextColumns = {};
  let first: TextTable | null = null;
  for (const path of paths) {
    const table = await tableOf(tree, path);
    first ??= beginning(table);
    used = columnsOf(table, path, columns, asked === 'words');
    named.add(path, table.names?.(used.label!) ?? null);
    // One by one: arguments of a call lie on the stack, and a long table has more rows than fit there.
    for (const row of readRows(table, path, used, asked === 'words')) rows.push(row);
  }
  return assemble(tree.name.replace(/\.\w+$/, ''), rows, { named, asked, columns: used, table: first!, seed });
}

/** A row as it was read. */
interface Read {
  part: Part;
  name: string;
  first: string;
  second: string | null;
  /** A class or a number as text, or those of the words. */
  label: string | string[] | null;
  words?: string[];
}

/** A table of texts of any kind; of parquet with the columns of lists of these names. Throws DataError. */
export async function tableOf(tree: FileTree, path: string, lists: readonly string[] = []): Promise<Table> {
  try {
    return /\.parquet$/i.test(path) ? await (await import('../io/parquetTable')).readParquetTable(tree, path, lists) : await readTable(tree, path);
  } catch (error) {
    if (error instanceof FormatError) throw new DataError(error.message);
    throw error;
  }
}

/** Rows of a table, and letters of their cells, that a person sees to choose columns by. */
const [SHOWN, LETTERS] = [3, 160];

export const beginning = ({ columns, rows, value }: Table): TextTable => ({
  columns,
  rows: Array.from({ length: Math.min(rows, SHOWN) }, (_, row) => columns.map((name) => shownCell(value(row, name)))),
});

function shownCell(value: unknown): string {
  return cut(typeof value === 'object' && value !== null ? jsonOf(value) : asText(value), LETTERS);
}

/** The first columns of a table, for a message. */
export const listing = (columns: readonly string[]): string => columns.slice(0, 12).map((name) => cut(name)).join(', ');

/** That a table lacks a column which was asked for. */
export const lacksColumn = (path: string, name: string, columns: readonly string[]): DataError => new DataError(`${path} has no column ${quote(name)}; it has ${listing(columns)}.`);

function columnsOf(table: Table, path: string, asked: TextColumns, words: boolean): TextColumns {
  const { columns } = table;
  const there = (name: string) => {
    if (!columns.includes(name)) throw lacksColumn(path, name, columns);
    return name;
  };
  const rest = (taken: (string | undefined)[]) => columns.filter((name) => !taken.includes(name));
  const usual = () => findColumn(columns, words ? tagNames : [...labelNames.slice(0, 2), ...numberNames, ...labelNames]);
  const label = asked.label !== undefined ? there(asked.label) : (usual() ?? (words ? undefined : repeating(table)) ?? labelColumn(path, columns));
  const others = rest([label]);
  const text = asked.text !== undefined ? there(asked.text) : (findColumn(others, words ? [...wordNames, ...firstNames] : firstNames) ?? longest(table, others));
  if (text === label) throw new DataError(`The column ${quote(label)} cannot be the texts and what they are at once; choose two columns.`);
  if (text === undefined) throw new DataError(`${path} has no column of texts beside ${cut(label)}; it has ${listing(columns)}.`);
  const pair = asked.pair === '' ? undefined : asked.pair !== undefined ? there(asked.pair) : words ? undefined : findColumn(rest([label, text]), pairNames.get(text.toLowerCase()) ?? []);
  return { text, label, ...(pair !== undefined && { pair }) };
}

/** True of a table that says by its usual name what its texts are labelled with. */
export const namesLabel = (columns: readonly string[]): boolean => findColumn([...columns], [...labelNames, ...numberNames]) !== undefined;

/** True of a table with a column of words, and one of as many tags. */
export function tagsWords(table: Table): boolean {
  const { columns, rows, value } = table;
  const [words, tags] = [wordNames, tagNames].map((names) => findColumn(columns, names));
  if (words === undefined || tags === undefined || rows === 0) return false;
  const [own, theirs] = [words, tags].map((name) => listIn(value(0, name))?.length ?? 0);
  return defined(own) > 0 && own === theirs;
}

/** Rows that are looked at to tell which column holds classes. */
const LOOKED = 1000;

/** The first rows of a column. */
const cells = ({ rows, cell }: Table, name: string): (string | null)[] => Array.from({ length: Math.min(rows, LOOKED) }, (_, row) => cell(row, name));

/** The column, beside that of the texts, with the fewest values that come again and again, as classes do; undefined where there is none. */
function repeating(table: Table): string | undefined {
  const text = findColumn(table.columns, firstNames) ?? longest(table, table.columns);
  const fits = table.columns.flatMap((name) => {
    const all = cells(table, name);
    const values = new Set(all).size;
    return name !== text && values > 1 && values <= all.length / 2 ? [{ name, values }] : [];
  });
  return fits.sort((a, b) => a.values - b.values)[0]?.name;
}

/** The column with the longest cells, as texts are; undefined of none. */
export function longest(table: Table, columns: readonly string[]): string | undefined {
  const letters = (name: string) => cells(table, name).reduce((sum, value) => sum + (value?.length ?? 0), 0);
  return columns.map((name) => ({ name, letters: letters(name) })).sort((a, b) => b.letters - a.letters)[0]?.name;
}

/** True of a table with a column that is called as texts usually are, or that holds words, beside those that label them. */
export function holdsWords(table: Table): boolean {
  // Of one without rows that is said.
  if (table.rows === 0 || findColumn(table.columns, firstNames) !== undefined) return true;
  const labels = [...labelNames, ...numberNames];
  return table.columns.some((name) => !labels.includes(name.toLowerCase()) && cells(table, name).some((value) => value !== null && /\p{L}/u.test(value) && Number.isNaN(Number(value)) && !/^(nan|na|true|false)$/i.test(value)));
}

/** Text of a cell; empty if it is no text, number or truth value. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '');

/** Value of a cell, or of its JSON if that is a list or an object; null for broken JSON. */
export function parsedCell(cell: unknown): unknown {
  if (typeof cell !== 'string' || !/^\s*[[{]/.test(cell)) return cell;
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return null;
  }
}

/** The list in a cell, or in its JSON; null of anything else. */
export function listIn(cell: unknown): unknown[] | null {
  const found = parsedCell(cell);
  return Array.isArray(found) ? found : null;
}

/** Words of a cell: a list, a list as JSON, or words with blanks between. */
function wordsOf(value: unknown): string[] {
  const text = asText(value).trim();
  return listIn(value)?.map(asText) ?? (text === '' ? [] : text.split(/\s+/));
}

function readRows(table: Table, path: string, { text, pair, label }: TextColumns, words: boolean): Read[] {
  const names = table.names?.(label!) ?? null;
  const part = partInPath(path) ?? 'train';
  return Array.from({ length: table.rows }, (_, row): Read => {
    const name = rowName(path, row);
    const first = table.value(row, text!);
    if (words) {
      const [own, tags] = [wordsOf(first), wordsOf(table.value(row, label!))];
      if (own.length !== tags.length) throw new DataError(`${spoken(name)} has ${own.length} words and ${tags.length} tags.`);
      return { part, name, first: own.join(' '), second: null, label: tags, words: own };
    }
    const found = table.cell(row, label!);
    const index = names && found !== null ? Number(found) : NaN;
    const meant = names && Number.isInteger(index) ? classNamed(path, names, index) : found === '-1' ? null : found;
    return { part, name, first: asText(first), second: pair === undefined ? null : asText(table.value(row, pair)), label: meant };
  });
}

function assemble(title: string, read: Read[], { named, asked, columns, table, seed }: { named: NamedClasses; asked?: TextLabels; columns: TextColumns; table: TextTable; seed: number }): TextDataset {
  const { names } = named;
  const notes: string[] = [];
  const empty = read.filter(({ first, second }) => first.trim() === '' && (second ?? '').trim() === '').length;
  if (empty > 0) notes.push(empty === 1 ? '1 empty row left out.' : `${empty} empty rows left out.`);
  const unlabelled = read.filter(({ label }) => label === null).length;
  if (unlabelled > 0) notes.push(unlabelled === 1 ? '1 row without a label left out.' : `${unlabelled} rows without a label left out.`);
  const rows = read.filter(({ label, first, second }) => label !== null && (first.trim() !== '' || (second ?? '').trim() !== ''));
  if (rows.length === 0) throw new DataError(`${title} holds no labelled text.`);
  const labels = asked ?? (!names && rows.every(({ label }) => Number.isFinite(Number(label))) && rows.some(({ label }) => !Number.isInteger(Number(label))) ? 'numbers' : 'classes');
  const wrong = labels === 'numbers' && rows.find(({ label }) => !Number.isFinite(Number(label)));
  if (wrong) throw new DataError(`${spoken(wrong.name)} has the label ${quote(String(wrong.label))}, which is not a number.`);
  const classes = labels === 'numbers' ? [columns.label!] : (names ?? sortClasses(rows.flatMap(({ label }) => label!)));
  if (classes.length > 65_535) throw new DataError(`${title} holds ${classes.length} classes, at most 65535 are accepted; are its labels numbers?`);
  const place = new Map(classes.map((name, i) => [name, i]));
  // Where one file names the classes, another may have labels of other ones.
  if (names && labels !== 'numbers') for (const { name, label } of rows) for (const one of [label!].flat()) if (!place.has(one)) throw new DataError(`${spoken(name)} has the label ${quote(one)}, which is none of the classes that ${named.path} names (${listing(names)}).`);
  const numbers = labels === 'numbers' ? rows.map(({ label }) => Number(label)) : [];
  const [least, most] = numbers.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [Infinity, -Infinity]);
  const of = (part: Part) => splitOf(rows.filter((row) => row.part === part), labels, place, (n) => Math.min(STRATA - 1, Math.floor((STRATA * (n - least)) / Math.max(1e-9, most - least))));
  const splits = splitsOf({ train: of('train'), val: of('val'), test: of('test') }, seed);
  const set: TextDataset = { name: title, title, classes, licence: '', source: '', ...splits, notes, labels, columns, table };
  if (labels === 'classes') checkTrainable(set);
  return set;
}

/** The splits of a set: where there is no test row the validation rows become the test split, and where there are none either, a fifth by `seed`. */
export function splitsOf({ train, val, test }: Record<Part, Split>, seed: number): Pick<Dataset, 'train' | 'val' | 'test' | 'seeded'> {
  if (test.count > 0) return { train, test, ...(val.count > 0 && { val }) };
  if (val.count > 0) return { train, test: val };
  const parts = partition(train, { ...usualSplit, seed });
  return { train: subset(train, parts.train), test: subset(train, parts.test), seeded: true };
}

/** `strata` says of a number in which part of the range it is. */
function splitOf(rows: Read[], labels: TextLabels, place: Map<string, number>, strata: (n: number) => number): Split {
  const row = ({ first, second, label, words }: Read): TextRow => ({
    first,
    second,
    ...(labels === 'words' && { words, tags: (label as string[]).map((tag) => place.get(tag)!) }),
    ...(labels === 'numbers' && { number: Number(label) }),
  });
  return {
    count: rows.length,
    // Of what has no one class: by where a number lies, or by turns, so that splits can be drawn all the same.
    labels: Uint16Array.from(rows, ({ label }, i) => (labels === 'classes' ? place.get(label as string)! : labels === 'numbers' ? strata(Number(label)) : i % 2)),
    name: (i) => defined(rows[i]).name,
    text: (i) => row(defined(rows[i])),
    image: (i) => {
      throw new DataError(`${spoken(defined(rows[i]).name)} is a text; a model of images cannot look at it.`);
    },
  };
}

/** The texts of tables whose labels nobody asks for, as one split. Throws DataError. */
export async function openUnlabelled(tree: FileTree, columns: TextColumns = {}): Promise<Split> {
  const rows: TextRow[] = [];
  for (const path of textTables(tree.paths())) {
    const table = await tableOf(tree, path);
    const text = columns.text ?? findColumn(table.columns, firstNames) ?? table.columns[0];
    if (text === undefined) throw new DataError(`${path} has no columns; the first line of a table names them.`);
    if (!table.columns.includes(text)) throw lacksColumn(path, text, table.columns);
    const pair = columns.pair ?? findColumn(table.columns, pairNames.get(text.toLowerCase()) ?? []);
    for (let row = 0; row < table.rows; row++) {
      const first = table.value(row, text);
      const words = listIn(first)?.map(asText);
      rows.push({ first: words?.join(' ') ?? asText(first), second: pair === undefined ? null : asText(table.value(row, pair)), ...(words && { words }) });
    }
  }
  if (rows.length === 0) throw new DataError(`${tree.name} holds no text; give CSV, TSV, JSON lines or parquet.`);
  return textsOf(rows);
}
