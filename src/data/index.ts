import type { FileTree } from '../io/fileTree';
import { isTextTablePath, textTables } from '../io/table';
import { defined, several } from '../numbers/defined';
import type { ContinuationDataset } from './continuations';
import { describedSource } from './described';
import { folderSource } from './folder';
import { isImagePath } from './imageFiles';
import type { Decode, OpenOptions } from './listed';
import { looseSource } from './loose';
import { metadataSource } from './metadata';
import { holdsPictures, parquetSource } from './parquet';
import type { TextReading } from './reading.meta';
import { safetensorsPair } from './safetensorsPair';
import { DataError, type DataSource, type Dataset } from './source';
import type { TextDataset } from './texts';
import { hasArchive, unzipped, zipSource } from './zip';

export type { Decode, OpenOptions } from './listed';

/** Every way to get a data set, the more specific first. `decode` is the host's image decoder. */
export function dataSources(decode: Decode, options: OpenOptions = {}): DataSource[] {
  const inner = [
    safetensorsPair,
    parquetSource(decode, options),
    metadataSource(decode, options),
    folderSource(decode, options),
    looseSource(decode, options),
  ];
  // One level deep: what lies in a zip within a zip stays closed.
  const others = [...inner, zipSource((tree) => openWith(inner, tree))];
  const [pair, ...rest] = several(others, 2);
  return [pair, describedSource((tree) => openWith(others, tree)), ...rest];
}

/** Opens a data set with the first source that accepts its files. Throws DataError listing what would be accepted. */
export async function openDataset(tree: FileTree, decode: Decode = noDecoder, options: OpenOptions = {}): Promise<Dataset> {
  return openWith(dataSources(decode, options), tree);
}

/** Files that nothing but pictures, archives and tensors come in. */
const notTexts = (path: string): boolean => isImagePath(path) || /\.(zip|tar|t?gz|safetensors)$/i.test(path);

/**
 * Opens pictures, texts with a class or a number each, texts whose words have a class each, or texts to go on with, whichever the files are:
 * tables that no pictures stand beside are texts, and parquet files are where they have no pictures in them; a table without a column of classes
 * by a usual name, which has one of chats, or whose columns are called as prompts and answers are, is gone on with, and so are .txt files, and tables of
 * questions with choices. `reading` says how texts are read instead. Tables may come in a zip. Throws DataError.
 */
export async function openLabelled(files: FileTree, decode: Decode = noDecoder, reading: TextReading = {}): Promise<Dataset | TextDataset | ContinuationDataset> {
  const packed = hasArchive(files.paths());
  const tree = packed ? await unzipped(files) : files;
  const paths = tree.paths();
  // A zip without tables is one of pictures, or of nothing.
  if (packed && !paths.some(isTextTablePath)) return openDataset(files, decode);
  if (paths.some(notTexts)) return openDataset(files, decode);
  if (isAsked(reading)) return openTextsAs(tree, reading);
  const tables = textTables(paths);
  if (tables.length === 0) return paths.some((path) => /\.txt$/i.test(path)) ? openTextsAs(tree, { reads: 'next' }) : openDataset(tree, decode);
  return (await holdsPictures(tree)) ? openDataset(tree, decode) : openTable(tree, defined(tables[0]));
}

/** True where anything is said of how texts are read. */
const isAsked = (reading: TextReading): boolean => Object.values(reading).some((given) => given !== undefined);

/** Texts as they are asked for, whose readers are fetched for them. Throws DataError. */
async function openTextsAs(tree: FileTree, { reads, columns, prompt, answer, choices }: TextReading): Promise<TextDataset | ContinuationDataset> {
  if (reads === 'next' || prompt !== undefined || answer !== undefined) return (await import('./continuations')).openContinuations(tree, { prompt, answer, column: columns?.text, choices, right: columns?.label });
  return (await import('./texts')).openTexts(tree, { columns, ...(reads === 'tokens' && { labels: 'words' }) });
}

/** Texts of tables, of which the first says what they are. Throws DataError. */
async function openTable(tree: FileTree, first: string): Promise<TextDataset | ContinuationDataset> {
  const [{ holdsWords, listing, longest, namesLabel, tableOf, tagsWords }, { choiceNames, holdsChoices }] = await Promise.all([import('./texts'), import('./choices')]);
  const table = await tableOf(tree, first, choiceNames);
  const { columns } = table;
  if (tagsWords(table)) return openTextsAs(tree, { reads: 'tokens' });
  const asked = holdsChoices(table) ? (await import('./continuations')).choiceTemplates(columns) : null;
  if (asked) return openTextsAs(tree, asked);
  const words = holdsWords(table);
  if (!namesLabel(columns)) {
    const [{ usualTemplates }, { chatColumn }] = await Promise.all([import('./continuations'), import('./chats')]);
    if (chatColumn(table) !== null) return openTextsAs(tree, { reads: 'next' });
    const usual = usualTemplates(columns);
    if (usual) return openTextsAs(tree, usual);
    if (columns.length === 1 && words) return openTextsAs(tree, { reads: 'next' });
  }
  if (!words) throw new DataError(`${first} has no column of texts: of ${listing(columns)}, none is called as texts usually are or holds words. Call a column text if its numbers are to be read as texts.`);
  try {
    return await openTextsAs(tree, { reads: 'text' });
  } catch (error) {
    // Nothing says what its classes are. Its longest texts can be gone on with, and a person can choose other columns.
    if (!(error instanceof DataError) || namesLabel(columns)) throw error;
    return openTextsAs(tree, { reads: 'next', columns: { text: longest(table, columns) } }).catch(() => Promise.reject(error));
  }
}

async function openWith(sources: DataSource[], tree: FileTree): Promise<Dataset> {
  const paths = tree.paths();
  const source = sources.find((s) => s.accepts(paths));
  if (source) return source.open(tree);
  const forms = sources.map((s) => s.help).reduce((before, form) => `${before}; or ${form}`);
  throw new DataError(paths.length === 1 ? `${tree.name} is not a data set that can be read. Expected: ${forms}.` : `${tree.name} (${paths.length} files) is not a data set that can be read. Expected: ${forms}.`);
}

async function noDecoder(_: Uint8Array, name: string): Promise<never> {
  throw new DataError(`${name} cannot be decoded here: there is no image decoder outside the browser. Use a set of dataset.json and safetensors files.`);
}
