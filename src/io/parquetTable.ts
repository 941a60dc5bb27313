import type { FileTree } from './fileTree';
import { openParquet } from './parquet';
import type { Table } from './table';

/** Reads a parquet file as a table of text: its plain columns; lists and structs are left aside. Throws FormatError. */
export async function readParquetTable(tree: FileTree, path: string): Promise<Table> {
  const file = await openParquet(tree, path);
  const columns = file.columns.filter(({ children, list }) => children.length === 0 && !list).map(({ name }) => name);
  const values = new Map<string, unknown[]>();
  for (const name of columns) {
    const parts: unknown[][] = [];
    for (const group of file.groups.keys()) parts.push(await file.readGroup(group, name));
    values.set(name, parts.flat());
  }
  return { columns, rows: file.rows, cell: (row, column) => textOf(values.get(column)?.[row]) };
}

function textOf(value: unknown): string | null {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  if (typeof text === 'string') return text.trim() || null;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null;
}
