import { parquetMetadata, parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { readColumn } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath, isListLike } from 'hyparquet/src/schema.js';
import { messageOf } from '../errors/errors';
import { quote } from '../errors/text';
import { defined } from '../numbers/defined';
import type { FileTree } from './fileTree';
import { FormatError, isStumble } from './formatError';
import { checkPages, type Levels } from './parquetPages';
import { structEnd } from './thrift';

const maxMetadataBytes = 16 * 2 ** 20;
const maxSchemaElements = 1000;
const maxGroups = 100_000;

/** A column of the first level. `children` are the names inside a struct; empty for a plain column. */
export interface ParquetColumn {
  name: string;
  children: string[];
  /** Physical type of a plain column, e.g. INT64, BYTE_ARRAY. */
  type?: string;
  /** True for one that repeats of itself, as old writers make lists. */
  list: boolean;
  /** Of lists, and of structs of nothing but lists: the names of what they hold, however deep. */
  lists?: string[];
}

/** A parquet file whose row groups are read when asked for. */
export interface ParquetFile {
  path: string;
  rows: number;
  columns: ParquetColumn[];
  /** The schema's own notes, among them `huggingface`. */
  metadata: Record<string, string>;
  /** First row, number of rows, and bytes of each row group. */
  groups: { start: number; rows: number; bytes: number }[];
  /** All values of a column in one row group; bytes as Uint8Array, structs as objects, lists as arrays, null where empty. */
  readGroup(group: number, column: string): Promise<unknown[]>;
}

/**
 * Opens a parquet file: reads its metadata alone. What hyparquet, which decodes it, takes on trust is checked here
 * first, so that nothing is allocated beyond a small multiple of the bytes present. Throws FormatError, and nothing else.
 */
export async function openParquet(tree: FileTree, path: string): Promise<ParquetFile> {
  return guarded(path, async () => {
    const size = await tree.size(path);
    const metadata = await readMetadata(tree, path, size);
    const root = parquetSchema(metadata);
    const groups = checkGroups(metadata, root, size);
    return {
      path,
      rows: groups.reduce((n, g) => n + g.rows, 0),
      columns: root.children.map((c) => ({ name: c.element.name, children: c.children.map((inner) => inner.element.name), type: c.element.type, list: c.element.repetition_type === 'REPEATED', ...(holdsLists(c) && { lists: leafPaths(c).map((at) => at.at(-1)!) }) })),
      metadata: Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
      groups,
      readGroup: (group, column) => guarded(path, () => readGroup(tree, path, metadata, root, defined(groups[group]), group, column)),
    };
  });
}

async function readMetadata(tree: FileTree, path: string, size: number): Promise<FileMetaData> {
  if (size < 12) throw new FormatError(`it has ${size} bytes`);
  const tail = await tree.read(path, size - 8, size);
  const view = new DataView(tail.buffer, tail.byteOffset, 8);
  if (view.getUint32(4, true) !== 0x31524150) throw new FormatError('it does not end as a parquet file does; it is cut short, or another kind of file');
  const length = view.getUint32(0, true);
  if (length > size - 12 || length > maxMetadataBytes) throw new FormatError(`its metadata claims ${length} bytes of a file of ${size}`);
  const bytes = (await tree.read(path, size - 8 - length, size)).slice();
  structEnd(new DataView(bytes.buffer, 0, length), 0);
  const metadata = parquetMetadata(bytes.buffer, { geoparquet: false });
  if (!metadata.schema.every(({ name }) => typeof name === 'string')) throw new FormatError('a column has no name');
  return metadata;
}

/** Numbers of the row groups, checked against the file. */
function checkGroups(metadata: FileMetaData, root: SchemaTree, size: number): ParquetFile['groups'] {
  if (metadata.schema.length > maxSchemaElements || metadata.row_groups.length > maxGroups) {
    throw new FormatError(`it has ${metadata.schema.length} columns and ${metadata.row_groups.length} row groups, more than are read`);
  }
  const names = root.children.map((c) => c.element.name);
  if (new Set(names).size !== names.length) throw new FormatError('it has two columns of one name');
  let start = 0;
  return metadata.row_groups.map((group) => {
    const rows = Number(group.num_rows);
    let bytes = 0;
    for (const { meta_data: column } of group.columns) {
      if (!column) throw new FormatError('a row group lacks its metadata');
      const { start: from, end } = rangeOf(column);
      if (!(from >= 4 && from <= end && end <= size)) throw new FormatError(`its column ${quote(column.path_in_schema.join('.'))} claims the bytes ${from} to ${end} of ${size}`);
      bytes += end - from;
    }
    // Each row has an image, and an image has bytes.
    if (!(rows >= 0 && start + rows <= size)) throw new FormatError(`it claims ${start + rows} rows in ${size} bytes`);
    start += rows;
    return { start: start - rows, rows, bytes };
  });
}

function rangeOf(column: { dictionary_page_offset?: bigint; data_page_offset: bigint; total_compressed_size: bigint }): { start: number; end: number } {
  // As hyparquet's planner: a dictionary stands first, where there is one.
  const start = Number(column.dictionary_page_offset || column.data_page_offset);
  return { start, end: start + Number(column.total_compressed_size) };
}

async function readGroup(tree: FileTree, path: string, metadata: FileMetaData, root: SchemaTree, { start, rows }: { start: number; rows: number }, group: number, name: string): Promise<unknown[]> {
  const column = root.children.find((c) => c.element.name === name);
  if (!column) throw new FormatError(`it has no column ${quote(name)}`);
  const leaves = holdsLists(column) ? listLeaves(root, column) : leavesOf(column);
  const chunks = defined(metadata.row_groups[group]).columns.flatMap((c) => (c.meta_data && c.meta_data.path_in_schema[0] === name ? [c.meta_data] : []));
  if (chunks.length !== leaves.length) throw new FormatError(`its column ${quote(name)} has ${chunks.length} parts, not ${leaves.length}`);
  const parts: unknown[][] = [];
  for (const leaf of leaves) {
    const chunk = chunks.find((c) => c.path_in_schema.join('\0') === leaf.path.join('\0'));
    if (!chunk) throw new FormatError(`its column ${quote(leaf.path.join('.'))} is not in every row group`);
    const range = rangeOf(chunk);
    const bytes = await tree.read(path, range.start, range.end);
    const compressors = checkPages(bytes, chunk, leaf, rows);
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    const schemaPath = getTreePath(root, leaf.path);
    const decoder = { ...chunk, pathInSchema: leaf.path, schemaPath, element: schemaPath.at(-1)!.element, parsers: DEFAULT_PARSERS, compressors, utf8: false };
    const { data } = readColumn(reader, { groupStart: start, groupRows: rows, selectStart: 0, selectEnd: rows }, decoder);
    const values: unknown[] = [];
    for (const page of data) for (const value of page) values.push(value);
    if (values.length !== rows) throw new FormatError(`its column ${quote(name)} gives ${values.length} of ${rows} rows`);
    // An optional struct comes as a list of one, empty where the struct is.
    parts.push(leaf.wrapped ? values.map((value) => (value as unknown[])[0] ?? null) : values);
  }
  if (holdsLists(column)) {
    const read = new Map(leaves.map(({ path: at }, k) => [at.join('.'), defined(parts[k])]));
    assembleNested(read, column, DEFAULT_PARSERS);
    return read.get(name)!;
  }
  return column.children.length === 0 ? defined(parts[0]) : defined(parts[0]).map((_, i) => Object.fromEntries(leaves.map((leaf, k): [string, unknown] => [defined(leaf.path[1]), defined(parts[k])[i]])));
}

interface Leaf extends Levels {
  path: string[];
  /** Its values come in lists of one, since what holds it is optional. */
  wrapped: boolean;
}

/** True of a column of lists, and of one of structs of nothing but lists. */
const holdsLists = (column: SchemaTree): boolean => isListLike(column) || (column.children.length > 0 && column.element.repetition_type !== 'REPEATED' && column.children.every((child) => isListLike(child)));

/** Plain columns of a column of lists, however deep. */
const listLeaves = (root: SchemaTree, column: SchemaTree): Leaf[] =>
  leafPaths(column).map((path) => {
    const all = getTreePath(root, path);
    return { path, definition: getMaxDefinitionLevel(all), repetition: getMaxRepetitionLevel(all), wrapped: false };
  });

const leafPaths = (tree: SchemaTree): string[][] => (tree.children.length === 0 ? [tree.path] : tree.children.flatMap(leafPaths));

/** Plain columns of a column, with their highest levels. Throws FormatError on lists and on structs in structs. */
function leavesOf(column: SchemaTree): Leaf[] {
  const level = (tree: SchemaTree) => {
    if (tree.element.repetition_type === 'REPEATED') throw new FormatError(`its column ${quote(tree.path.join('.'))} holds lists, which are not read; write one value a row`);
    return tree.element.repetition_type === 'OPTIONAL' ? 1 : 0;
  };
  const own = level(column);
  if (column.children.length === 0) return [{ path: column.path, definition: own, repetition: 0, wrapped: false }];
  return column.children.map((child) => {
    if (child.children.length > 0) throw new FormatError(`its column ${quote(child.path.join('.'))} is nested deeper than is read`);
    return { path: child.path, definition: own + level(child), repetition: 0, wrapped: own === 1 };
  });
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = isStumble(error) ? 'its parts do not fit together; it is damaged' : messageOf(error);
    throw new FormatError(reason.endsWith('.') ? `The parquet file ${quote(path)} cannot be read: ${reason}` : `The parquet file ${quote(path)} cannot be read: ${reason}.`);
  }
}
