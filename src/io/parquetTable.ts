import type { FileTree } from './fileTree';
import { openParquet } from './parquet';
import { classNamesOf } from './parquetNames';
import type { Table } from './table';

/** Reads a parquet file as a table of text: its plain columns, and those of lists of turns, as chats are, or of `lists`, whatever the case; other lists and structs are left aside. Throws FormatError. */
export async function readParquetTable(tree: FileTree, path: string, lists: readonly string[] = []): Promise<Table> {
  const asked = new Set(lists.map((name) => name.toLowerCase()));
  const file = await openParquet(tree, path);
  const columns = file.columns.filter(({ name, children, list, lists: held }) => (children.length === 0 || held?.some((inner) => inner === 'role' || inner === 'from') || (held && asked.has(name.toLowerCase()))) && !list).map(({ name }) => name);
  const values = new Map<string, unknown[]>();
  for (const name of columns) {
    const parts: unknown[][] = [];
    for (const group of file.groups.keys()) parts.push(await file.readGroup(group, name));
    values.set(name, parts.flat());
  }
  const value = (row: number, column: string) => {
    const found = values.get(column)?.[row];
    return found instanceof Uint8Array ? new TextDecoder().decode(found) : found;
  };
  return { columns, rows: file.rows, value, cell: (row, column) => textOf(value(row, column)), names: (column) => classNamesOf(file, column) };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() || null;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
}
