import { openDataset, openLabelled, type Decode, type OpenOptions } from '../data';
import { builtinReadings } from '../data/builtin';
import type { TextReading } from '../data/reading.meta';
import type { Dataset } from '../data/source';
import type { FileTree } from '../io/fileTree';
import { filesOf, type HubOptions } from './files';
import { platform } from './platform';

/** Options for opening a data set and for reading tables of texts. */
export interface DatasetOptions extends HubOptions, OpenOptions, Omit<TextReading, 'chat'> {
  /** Of a data set of the hub that holds several, each in a folder (`sst2` of `nyu-mll/glue`): the one that is wanted. */
  config?: string;
  /** Makes pixels of an image file; the browser's decoder when left out, and in Node the package `sharp`. */
  decode?: Decode;
}

/**
 * Opens a bundled data set by its name, one of the hub by its id, or files, in Node also by their path. Labelled images: class folders with or without train, val
 * and test, a zip, images with a table, parquet, or our own safetensors pair; or texts: tables with a class each, tables of prompts and answers (by `prompt` and
 * `answer`, with {column} for a column, or by their columns' usual names), chats (`messages`), or lines of .txt files. Throws HubError or DataError, which says
 * what can be read.
 */
export async function load_dataset(from: string | FileTree, { decode = platform().decode, label, seed, reads, columns, prompt, answer, choices, ...options }: DatasetOptions = {}): Promise<Dataset> {
  const files = await filesOf(from, { kind: 'dataset', ...options });
  if (label !== undefined || seed !== undefined) return openDataset(files, decode, { label, seed });
  const own = typeof from === 'string' ? builtinReadings[from] : undefined;
  return openLabelled(files, decode, { reads, columns, prompt: prompt ?? own?.prompt, answer: answer ?? own?.answer, choices });
}
