import Papa from 'papaparse';
import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import type { FileTree } from './fileTree';
import { FormatError } from './formatError';

/** All of a table is one string, of which engines take half a billion letters; sets of instructions are up to about 100 MB. */
const maxTableBytes = 256 * 2 ** 20;
const maxColumns = 1000;

/** Rows of text from outside, by column name. */
export interface Table {
  columns: string[];
  rows: number;
  /** Text, number or truth value of a cell as text; null where it is empty, absent or nested. */
  cell(row: number, column: string): string | null;
  /** The cell as it stands there, with the blanks around it; undefined where there is none. */
  value(row: number, column: string): unknown;
  /** Names of the classes that a column of numbers stands for, where the file says so. */
  names?(column: string): string[] | null;
}

/** True for a table of texts: any that `readTable` reads, and parquet of any name. */
export const isTextTablePath = (path: string): boolean => isTablePath(path) || (/\.parquet$/i.test(path) && !/(^|\/)\./.test(path));

/** The tables of texts among files, in order: .json files are some where there is nothing else to read, since they mostly describe what lies beside them. */
export function textTables(paths: readonly string[]): string[] {
  const tables = paths.filter(isTextTablePath).sort();
  return tables.length > 0 || paths.some((path) => /\.txt$/i.test(path)) ? tables : paths.filter((path) => /\.json$/i.test(path) && !/(^|\/)\./.test(path)).sort();
}

/** True for a path that `readTable` reads. */
export function isTablePath(path: string): boolean {
  return /(\.(csv|tsv|jsonl)|(^|\/)metadata\.parquet)$/i.test(path) && !/(^|\/)\./.test(path);
}

/**
 * Reads a CSV or TSV file with a header line (the delimiter is found by itself), JSON lines, each an object, or JSON, a list of objects, in UTF-8;
 * or a parquet file called metadata. At most 256 MiB. Throws FormatError naming the file and the line.
 */
export async function readTable(tree: FileTree, path: string): Promise<Table> {
  const size = await tree.size(path);
  if (size > maxTableBytes) throw new FormatError(`${quote(path)} has ${size} bytes, at most ${maxTableBytes} are read.`);
  if (/\.parquet$/i.test(path)) return (await import('./parquetTable')).readParquetTable(tree, path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await tree.read(path));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${quote(path)} is not text in UTF-8; save it again in that encoding.`);
  }
  if (/\.json$/i.test(path) && text.trimStart().startsWith('[')) return parseJsonList(text, path);
  return /\.jsonl?$/i.test(path) ? parseJsonLines(text, path) : parseCsv(text, path);
}

function parseCsv(text: string, path: string): Table {
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const wrong = errors.find((e) => e.type === 'Quotes');
  if (wrong) throw new FormatError(`${quote(path)}, row ${(wrong.row ?? 0) + 1}: ${wrong.message}.`);
  const [header, ...rows] = data;
  if (!header) throw new FormatError(`${quote(path)} is empty; it needs a header line.`);
  if (header.length > maxColumns) throw new FormatError(`${quote(path)} has ${header.length} columns, at most ${maxColumns} are read.`);
  const columns = header.map((name) => name.trim());
  const place = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    if (name !== '' && place.has(name)) throw new FormatError(`${quote(path)} has two columns ${quote(name)}.`);
    place.set(name, i);
  }
  const value = (row: number, column: string) => defined(rows[row])[place.get(column) ?? -1];
  return { columns, rows: rows.length, value, cell: (row, column) => plain(value(row, column)) };
}

function parseJsonList(text: string, path: string): Table {
  let list: unknown[];
  try {
    list = JSON.parse(text) as unknown[];
  } catch {
    throw new FormatError(`${quote(path)} is not JSON; it must be a list of objects.`);
  }
  const other = list.findIndex((value) => !isObject(value));
  if (other >= 0) throw new FormatError(`${quote(path)}: entry ${other + 1} of its list is not an object.`);
  return tableOf(list as Record<string, unknown>[], path);
}

function parseJsonLines(text: string, path: string): Table {
  const rows: Record<string, unknown>[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new FormatError(`${quote(path)}, line ${i + 1}, is not JSON; each line must be one object.`);
    }
    if (!isObject(value)) throw new FormatError(`${quote(path)}, line ${i + 1}, is not an object.`);
    rows.push(value);
  }
  return tableOf(rows, path);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function tableOf(rows: readonly Record<string, unknown>[], path: string): Table {
  const columns = new Set<string>();
  for (const row of rows) {
    for (const key of Object.keys(row)) columns.add(key);
    if (columns.size > maxColumns) throw new FormatError(`${quote(path)} has more than ${maxColumns} different keys.`);
  }
  const value = (row: number, column: string) => (Object.hasOwn(defined(rows[row]), column) ? defined(rows[row])[column] : undefined);
  return { columns: [...columns], rows: rows.length, value, cell: (row, column) => plain(value(row, column)) };
}

function plain(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
