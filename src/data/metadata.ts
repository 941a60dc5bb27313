import { cut, listFirst, quote } from '../errors/text';
import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { isTablePath, readTable, type Table } from '../io/table';
import { defined } from '../numbers/defined';
import { findColumn, labelColumn, sortClasses } from './columns';
import { foreignNote, isImagePath, partOf, type Part } from './imageFiles';
import { listedDataset, readImage, type Decode, type Item, type OpenOptions } from './listed';
import { DataError, type DataSource } from './source';

const fileNames = ['file_name', 'filename', 'file', 'image', 'image_name', 'image_path', 'path', 'image_id', 'id', 'name'];
const splitColumns = ['split', 'subset', 'set'];
const maxTables = 100;

/**
 * Images with a table beside them, as Hugging Face's imagefolder has it: `metadata.csv`, `.jsonl` or `.parquet` (one at the
 * top, or one in each of train/, validation/ and test/) with `file_name`, relative to the table, and a column for the
 * class. Any other single table serves too, where folders do not say the class. A `split` column or the folders part the
 * set; else it is parted by the seed.
 */
export function metadataSource(decode: Decode, options: OpenOptions = {}): DataSource {
  return {
    name: 'metadata',
    help: 'images and a metadata.csv, .jsonl or .parquet with the columns file_name and label',
    accepts: (paths) => tablesOf(paths).length > 0 && paths.some(isImagePath),
    async open(files) {
      try {
        return await openTables(files, decode, options);
      } catch (error) {
        if (error instanceof FormatError) throw new DataError(error.message);
        throw error;
      }
    },
  };
}

/** The tables that describe the images: all called metadata, or the only one where folders say nothing. */
function tablesOf(paths: string[]): string[] {
  const tables = paths.filter(isTablePath);
  const named = tables.filter((p) => /(^|\/)metadata\.\w+$/i.test(p));
  if (named.length > 0 || tables.length !== 1) return named;
  const folders = new Set(paths.filter(isImagePath).map((p) => p.split('/').at(-2) ?? ''));
  return folders.size <= 1 || [...folders].every(partOf) ? tables : [];
}

async function openTables(files: FileTree, decode: Decode, options: OpenOptions) {
  const paths = files.paths();
  const tables = tablesOf(paths);
  if (tables.length > maxTables) throw new DataError(`${files.name} holds ${tables.length} metadata files, at most ${maxTables} are read.`);
  const find = finder(paths.filter(isImagePath));
  const items = new Map<string, Item>();
  const missing: string[] = [];
  for (const path of tables) {
    const table = await readTable(files, path);
    const { file, label, split } = columnsOf(table, path, options.label);
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    for (let row = 0; row < table.rows; row++) {
      const given = table.cell(row, file);
      const found = given === null ? undefined : find(folder, given);
      if (found === undefined) {
        missing.push(given === null ? `row ${row + 1}` : cut(given));
        continue;
      }
      const value = table.cell(row, label);
      const known = items.get(found);
      if (known && known.label !== value) {
        throw new DataError(`${path} gives ${found} two labels, ${labelText(known.label)} and ${labelText(value)}; a classifier needs one for each image.`);
      }
      items.set(found, { name: found, part: partOfRow(split === undefined ? null : table.cell(row, split), found), label: value, read: () => readImage(files, found) });
    }
  }
  if (items.size === 0) {
    const names = missing.slice(0, 3).join(', ');
    throw new DataError(
      names
        ? `No image that ${defined(tables[0])} names is there (it names ${names}); file names must be relative to the table's folder.`
        : `No image that ${defined(tables[0])} names is there (it names none); file names must be relative to the table's folder.`,
    );
  }
  // A set of nothing but, say, validation images is parted by the seed like one without splits.
  const parted = [...items.values()].some((item) => item.part === 'train');
  const list = [...items.values()].map((item) => (parted ? item : { ...item, part: 'train' as const })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const unnamed = paths.filter((p) => isImagePath(p) && !items.has(p)).length;
  const notes = [
    ...foreignNote(paths),
    ...(missing.length > 0 ? [missing.length === 1 ? `1 row names an image that is not there: ${defined(missing[0])}` : `${missing.length} rows name images that are not there: ${listFirst(missing, 3)}`] : []),
    ...(unnamed > 0 ? [unnamed === 1 ? '1 image left out: no row names it.' : `${unnamed} images left out: no row names them.`] : []),
  ];
  const classes = sortClasses(list.flatMap((item) => (item.label === null ? [] : [item.label])));
  return listedDataset(files.name, list, decode, { seed: options.seed, classes, notes });
}

/** A label in a message; null is none. */
const labelText = (label: string | null): string => (label === null ? 'null' : quote(label));

function columnsOf(table: Table, path: string, asked?: string): { file: string; label: string; split?: string } {
  const file = findColumn(table.columns, fileNames);
  if (file === undefined) {
    const columns = table.columns.slice(0, 12).map((c) => JSON.stringify(c.slice(0, 60))).join(', ');
    throw new DataError(columns ? `${path} has no column file_name; it has ${columns}.` : `${path} has no column file_name; it has none.`);
  }
  const split = findColumn(table.columns, splitColumns);
  const label = labelColumn(path, table.columns.filter((c) => c !== file && c !== split && c !== ''), asked);
  return { file, label, split };
}

function partOfRow(split: string | null, path: string): Part {
  const folders = path.split('/').slice(0, -1);
  return (split === null ? undefined : partOf(split)) ?? folders.map(partOf).find((p) => p !== undefined) ?? 'train';
}

/** Looks images up: by path from the table's folder, else by a file name, or a name without ending, that only one has. */
function finder(images: string[]): (folder: string, given: string) => string | undefined {
  const exact = new Set(images);
  const short = new Map<string, string | null>();
  const add = (key: string, path: string) => short.set(key, short.has(key) && short.get(key) !== path ? null : path);
  for (const path of images) {
    const base = path.slice(path.lastIndexOf('/') + 1);
    add(base, path);
    add(base.replace(/\.[^.]*$/, ''), path);
  }
  return (folder, given) => {
    const name = given.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
    if (exact.has(folder + name)) return folder + name;
    if (exact.has(name)) return name;
    return short.get(name.slice(name.lastIndexOf('/') + 1)) ?? undefined;
  };
}
