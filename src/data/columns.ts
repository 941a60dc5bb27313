import { defined } from '../numbers/defined';
import { DataError } from './source';

/** Usual names of the column that holds the class. */
export const labelNames = ['label', 'labels', 'class', 'class_name', 'category', 'target'];

/**
 * The column that holds the class: the one asked for, else by its usual names, else the only one there is. Throws
 * DataError listing the columns when that is unclear.
 */
export function labelColumn(where: string, columns: string[], asked?: string): string {
  if (asked !== undefined) {
    if (columns.includes(asked)) return asked;
    throw new DataError(`${where} has no column "${asked}"; it has ${listing(columns)}.`);
  }
  const named = findColumn(columns, labelNames);
  if (named !== undefined) return named;
  if (columns.length === 1) return defined(columns[0]);
  throw new DataError(`${where} does not say which column is the class: it has ${listing(columns)}. Call the column label.`);
}

/** The first of `names` among the columns, whatever the case. */
export function findColumn(columns: string[], names: string[]): string | undefined {
  for (const name of names) {
    const found = columns.find((column) => column.toLowerCase() === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The classes that the files of a set name: those that name any name the same. */
export class NamedClasses {
  names: string[] | null = null;
  /** The first file that names them. */
  path = '';

  /** Takes what one file names. Throws DataError where that is not what another does. */
  add(path: string, own: string[] | null): void {
    if (!own) return;
    if (!this.names) [this.names, this.path] = [own, path];
    else if (this.names.join('\n') !== own.join('\n')) throw new DataError(`${path} names other classes than ${this.path}; they are sets of their own, so open one folder at a time (of the hub, its config).`);
  }
}

/** The name of the class that a number stands for; null of -1, which the hub's unlabelled test sets hold. Throws DataError of one that has no name. */
export function classNamed(path: string, names: readonly string[], index: number): string | null {
  if (index === -1) return null;
  const name = names[index];
  if (name === undefined) throw new DataError(`${path} has label ${index}, but ${names.length} classes are named (labels 0 to ${names.length - 1}).`);
  return name;
}

/** Class names in order: by value where all are whole numbers, else in code point order. */
export function sortClasses(names: Iterable<string>): string[] {
  const all = [...new Set(names)];
  if (all.every((name) => /^-?\d{1,15}$/.test(name))) return all.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return all.sort((a, b) => (a < b ? -1 : 1));
}

function listing(columns: string[]): string {
  const rest = columns.length - 12;
  if (columns.length === 0) return 'none';
  const first = columns.slice(0, 12).map((c) => JSON.stringify(c.slice(0, 60))).join(', ');
  return rest > 0 ? `${first} and ${rest} more` : first;
}
