import { quote } from '../errors/text';
import type { FileTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import type { ParquetFile } from '../io/parquet';
import { classNamesOf } from '../io/parquetNames';
import { isTablePath } from '../io/table';
import { defined } from '../numbers/defined';
import { classNamed, labelColumn, NamedClasses, sortClasses } from './columns';
import { isImagePath, partInPath, type Part } from './imageFiles';
import { listedDataset, type Decode, type Item, type OpenOptions } from './listed';
import { rowName, spoken } from './rowName.meta';
import { DataError, type DataSource, type Dataset } from './source';

/** Encoded images of the row groups read last are kept until they fill this much. */
const keptBytes = 256 * 2 ** 20;
const maxFiles = 1000;
const isParquet = (path: string): boolean => /\.parquet$/i.test(path) && !/(^|\/)\./.test(path);

/**
 * Image sets as the Hugging Face hub stores them: parquet files with a column of images, a struct of `bytes` and `path`
 * (or the bytes alone), and a class, whose names stand in the schema's `huggingface` metadata. A file's name or folder
 * tells its split (`train-00000-of-00003.parquet`, `default/test/0000.parquet`). The labels are read at once, images a row
 * group at a time.
 */
export function parquetSource(decode: Decode, options: OpenOptions = {}): DataSource {
  return {
    name: 'parquet',
    help: "parquet files of the Hugging Face hub's image sets (columns image and label)",
    // A table beside image files is no set of its own.
    accepts: (paths) => paths.some((path) => isParquet(path) && !(isTablePath(path) && paths.some(isImagePath))),
    open: (files) => ofData(openFiles(files, decode, options)),
  };
}

/** Rethrows a FormatError as a DataError. */
async function ofData<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FormatError) throw new DataError(error.message);
    throw error;
  }
}

/** True where the first parquet file of several has pictures in it. Throws DataError. */
export async function holdsPictures(files: FileTree): Promise<boolean> {
  const [first] = files.paths().filter(isParquet).sort();
  if (first === undefined) return false;
  const { openParquet } = await import('../io/parquet');
  return imagesOf(await ofData(openParquet(files, first))).length > 0;
}

const imagesOf = ({ columns }: ParquetFile): ParquetFile['columns'] => columns.filter((c) => (c.children.includes('bytes') && c.children.includes('path')) || (c.type === 'BYTE_ARRAY' && /^(image|img|picture)$/i.test(c.name)));

async function openFiles(files: FileTree, decode: Decode, options: OpenOptions): Promise<Dataset> {
  const { openParquet } = await import('../io/parquet');
  const paths = files.paths().filter(isParquet).sort();
  if (paths.length > maxFiles) throw new DataError(`${files.name} holds ${paths.length} parquet files, at most ${maxFiles} are read.`);
  const kept = new Groups();
  const items: Item[] = [];
  const named = new NamedClasses();
  for (const path of paths) {
    const file = await openParquet(files, path);
    const { image, label } = columnsOf(file, options.label);
    const own = classNamesOf(file, label);
    named.add(path, own);
    const part = partInPath(path) ?? 'train';
    for (const [g, group] of file.groups.entries()) {
      const labels = label === null ? [] : await file.readGroup(g, label);
      for (let row = 0; row < group.rows; row++) {
        items.push(itemOf(file, image, g, row, group.start + row, part, labelText(labels[row], own, path), kept));
      }
    }
  }
  const parted = items.some((item) => item.part === 'train');
  const list = parted ? items : items.map((item) => ({ ...item, part: 'train' as const }));
  const classes = named.names ?? sortClasses(list.flatMap((item) => (item.label === null ? [] : [item.label])));
  return listedDataset(files.name.replace(/\.parquet$/i, ''), list, decode, { seed: options.seed, classes });
}

function itemOf(file: ParquetFile, image: string, group: number, row: number, index: number, part: Part, label: string | null, kept: Groups): Item {
  const name = rowName(file.path, index);
  const read = async () => {
    const value = (await kept.read(file, group, image))[row];
    const bytes = value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null)?.bytes;
    if (bytes instanceof Uint8Array) return bytes;
    throw new DataError(`${spoken(name)} holds no image, only a path to one; download the set with its images embedded.`);
  };
  return { name, part, label, read };
}

/** The columns of the image and of the class (null where the file has no other column). */
function columnsOf(file: ParquetFile, asked?: string): { image: string; label: string | null } {
  const images = imagesOf(file);
  if (images.length === 0) {
    const columns = file.columns.slice(0, 12).map((c) => quote(c.name)).join(', ');
    throw new DataError(columns ? `${file.path} has no column of images (a struct of bytes and path); it has ${columns}.` : `${file.path} has no column of images (a struct of bytes and path); it has none.`);
  }
  const image = (images.find((c) => c.name === 'image') ?? defined(images[0])).name;
  const others = file.columns.filter((c) => !images.includes(c) && c.children.length === 0 && !c.list).map((c) => c.name);
  if (others.length === 0) {
    const nested = file.columns.filter((c) => !images.includes(c)).map((c) => quote(c.name)).slice(0, 12).join(', ');
    throw new DataError(
      nested
        ? `${file.path} has images but no column that could be their class: ${nested} hold lists or parts, and a picture needs one class.`
        : `${file.path} has images but no column that could be their class.`,
    );
  }
  const declared = others.filter((name) => classNamesOf(file, name) !== null);
  return { image, label: asked === undefined && declared.length === 1 ? defined(declared[0]) : labelColumn(file.path, others, asked) };
}

/** A cell as a class's name; null where there is none (the hub's unlabelled test sets hold -1). */
function labelText(value: unknown, names: string[] | null, path: string): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value) || null;
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') throw new DataError(`${path}: a class is neither a number nor text.`);
  return names ? classNamed(path, names, Number(value)) : String(value);
}

/** Row groups read last, kept within a bound: pages of neighbouring rows are decoded together. */
class Groups {
  private readonly groups = new Map<string, { bytes: number; values: Promise<unknown[]> }>();

  read(file: ParquetFile, group: number, column: string): Promise<unknown[]> {
    const key = `${group} ${file.path}`;
    const known = this.groups.get(key);
    this.groups.delete(key);
    const entry = known ?? { bytes: defined(file.groups[group]).bytes, values: file.readGroup(group, column) };
    if (!known) entry.values.catch(() => this.groups.delete(key));
    this.groups.set(key, entry);
    let total = 0;
    for (const { bytes } of this.groups.values()) total += bytes;
    for (const [old, { bytes }] of this.groups) {
      if (total <= keptBytes || old === key) break;
      this.groups.delete(old);
      total -= bytes;
    }
    return entry.values;
  }
}
