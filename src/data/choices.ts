import type { Table } from '../io/table';
import { defined } from '../numbers/defined';
import { findColumn } from './columns';
import { DataError } from './source';
import { asText, lacksColumn, listing, parsedCell } from './texts';

/** Placeholder of a choice in the template of an answer. */
export const CHOICE = 'choice';

/** Names of columns of lists of choices. */
export const choiceNames = ['choices', 'endings', 'options'];
/** Names of columns of one choice each, before their number or letter. */
const numberedNames = ['choice', 'ending', 'option', 'answer', 'solution', 'sol'];
/** Names of the column that says which is right. */
const rightNames = ['label', 'answerkey', 'gold', 'answer', 'correct', 'target'];

/** Choices of a row at most: each is a text to be read. */
const MOST = 100;

/** The choices of a row, of which one is right. */
export interface Choices {
  texts: string[];
  right: number;
}

/** Reason that a row has none to choose from. */
export type ChoiceFault = 'none' | 'few' | 'blank' | 'unlabelled' | 'outside';

/** Columns asked for; by the usual names if left out. */
export interface AskedChoices {
  /** The column of lists, or the name of numbered columns without their number. */
  choices?: string;
  /** The column that says which is right. */
  right?: string;
}

/** Columns of choices: one of lists, or one for each choice. */
interface ChoiceColumns {
  each: string[];
  right: string;
}

/** A row as it was read: choices, what they are called where it says so, and which is right in its own words. */
interface RawRow {
  texts: string[] | null;
  names: string[];
  label: string;
}

/**
 * The choices of tables, row by row, or why a row has none. Which is right is said by its place, counted from 0, or from 1 where no row of any
 * table says 0; by a letter; by what the choices are called; or by the text itself. Whole numbers are texts where each is one of its row's
 * choices. Throws DataError where columns are missing.
 */
export function readChoices(tables: readonly { path: string; table: Table }[], asked: AskedChoices): { rows: (Choices | ChoiceFault)[][]; of: string } {
  const found = tables.map(({ path, table }) => columnsOf(table, path, asked));
  const raw = tables.map(({ table }, t) => Array.from({ length: table.rows }, (_, row) => rawRow(table, row, defined(found[t]))));
  const places = raw.flatMap((rows) => rows.filter(({ texts, names, label }) => texts && isWhole(label) && !names.includes(label)));
  const byText = places.length > 0 && places.every(({ texts, label }) => textAt(texts!, label) >= 0);
  const named = tables.some(({ table }, t) => table.names?.(defined(found[t]).right));
  const from = named || byText || places.length === 0 || places.some(({ label }) => Number(label) === 0) ? 0 : 1;
  const rows = raw.map((of) => of.map((row) => rightOf(row, byText, from)));
  const [{ each, right }] = found as [ChoiceColumns];
  const counted = places.length > 0 && !byText ? `, counted from ${from}` : '';
  return { rows, of: `choices ${each.length > 1 ? `${defined(each[0])} to ${each.at(-1)!}` : defined(each[0])}, the right one by ${right}${counted}` };
}

/** True if a table has choices by the usual names, and says which is right. */
export const holdsChoices = (table: Table): boolean => {
  const each = heldIn(table.columns);
  return each !== null && rightIn(table.columns, each) !== undefined && table.rows > 0 && (cellsOf(table, 0, each)?.texts.length ?? 0) > 1;
};

function columnsOf({ columns }: Table, path: string, asked: AskedChoices): ChoiceColumns {
  const each = heldIn(columns, asked.choices);
  if (each === null && asked.choices !== undefined) throw lacksColumn(path, asked.choices, columns);
  if (each === null) throw new DataError(`${path} does not say which columns are the choices: it has ${listing(columns)}. Name the one of lists, or what numbered ones are called.`);
  if (asked.right !== undefined && !columns.includes(asked.right)) throw lacksColumn(path, asked.right, columns);
  const right = asked.right ?? rightIn(columns, each);
  if (right === undefined) throw new DataError(`${path} does not say which choice is right: it has ${listing(columns)}. Name the column that does, or call it label.`);
  return { each, right };
}

const rightIn = (columns: readonly string[], each: readonly string[]): string | undefined => findColumn(columns.filter((name) => !each.includes(name)), rightNames);

/** The column of lists, or those of one choice each, by what is asked for or by the usual names; null of a table without. */
function heldIn(columns: string[], asked?: string): string[] | null {
  if (asked !== undefined) return columns.includes(asked) ? [asked] : numbered(columns, asked);
  const list = findColumn(columns, choiceNames);
  if (list !== undefined) return [list];
  return numberedNames.map((name) => numbered(columns, name)).find((some) => some !== null) ?? null;
}

/** Columns of a name with numbers from 0 or 1 on, or letters from a on, behind it, in order; null of fewer than two. */
function numbered(columns: readonly string[], stem: string): string[] | null {
  const places = new Map<number, string>();
  for (const name of columns) {
    if (!name.toLowerCase().startsWith(stem.toLowerCase())) continue;
    const end = name.slice(stem.length).replace(/^[ _]/, '').toLowerCase();
    if (/^\d{1,2}$/.test(end)) places.set(Number(end), name);
    else if (/^[a-z]$/.test(end)) places.set(end.charCodeAt(0), name);
  }
  for (const first of [0, 1, 'a'.charCodeAt(0)]) {
    const found: string[] = [];
    while (places.has(first + found.length)) found.push(places.get(first + found.length)!);
    if (found.length > 1) return found;
  }
  return null;
}

function rawRow(table: Table, row: number, { each, right }: ChoiceColumns): RawRow {
  // Numbers that went through a table of numbers that may be missing have a point.
  const label = asText(table.value(row, right)).trim().replace(/^(\d{1,4})\.0$/, '$1');
  return { texts: null, names: [], ...cellsOf(table, row, each), label };
}

/** Choices of a row; null if there is no list. */
function cellsOf({ value }: Table, row: number, each: readonly string[]): { texts: string[]; names?: string[] } | null {
  if (each.length > 1) {
    const texts = each.map((name) => asText(value(row, name)));
    // Rows with fewer choices than others leave the last cells empty.
    while (texts.length > 0 && texts.at(-1)!.trim() === '') texts.pop();
    return texts.length > 0 ? { texts } : null;
  }
  const cell = parsedCell(value(row, defined(each[0])));
  if (isObject(cell) && Array.isArray(cell.text)) return { texts: cell.text.map(asText), ...(Array.isArray(cell.label) && { names: cell.label.map(asText) }) };
  if (!Array.isArray(cell)) return null;
  if (cell.length > 0 && cell.every(isObject)) return { texts: cell.map(({ text }) => asText(text)), names: cell.map(({ label }) => asText(label)) };
  return { texts: cell.map(asText) };
}

interface Held {
  [key: string]: unknown;
}

const isObject = (cell: unknown): cell is Held => typeof cell === 'object' && cell !== null && !Array.isArray(cell);

const isWhole = (label: string): boolean => /^\d{1,4}$/.test(label);
const textAt = (texts: readonly string[], label: string): number => texts.findIndex((text) => text.trim() === label);

function rightOf({ texts, names, label }: RawRow, byText: boolean, from: number): Choices | ChoiceFault {
  if (!texts) return 'none';
  if (texts.length < 2 || texts.length > MOST) return 'few';
  if (texts.some((text) => text.trim() === '')) return 'blank';
  if (label === '' || label === '-1') return 'unlabelled';
  const called = names.indexOf(label);
  const same = isWhole(label) && !byText ? -1 : textAt(texts, label);
  const right = called >= 0 ? called : same >= 0 ? same : placeOf(label, from);
  return right >= 0 && right < texts.length ? { texts, right } : 'outside';
}

/** The place that a number or a letter says; -1 of another. */
function placeOf(label: string, from: number): number {
  if (isWhole(label)) return Number(label) - from;
  const [, letter] = /^\(?([a-z])[).]?$/i.exec(label) ?? [];
  return letter === undefined ? -1 : letter.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0);
}

/** Sentences on rows that are left out. */
export function choiceNotes(faults: readonly ChoiceFault[]): string[] {
  const kinds: [ChoiceFault, one: string, several: (count: number) => string][] = [
    ['none', '1 row without a list of choices left out.', (n) => `${n} rows without a list of choices left out.`],
    ['few', `1 row with fewer than two choices, or more than ${MOST}, left out.`, (n) => `${n} rows with fewer than two choices, or more than ${MOST}, left out.`],
    ['blank', '1 row with an empty choice left out.', (n) => `${n} rows with an empty choice left out.`],
    ['unlabelled', '1 row that does not say which choice is right left out.', (n) => `${n} rows that do not say which choice is right left out.`],
    ['outside', '1 row whose right choice is none of its choices left out.', (n) => `${n} rows whose right choice is none of their choices left out.`],
  ];
  return kinds.flatMap(([kind, one, several]) => {
    const count = faults.filter((fault) => fault === kind).length;
    return count === 0 ? [] : [count === 1 ? one : several(count)];
  });
}
