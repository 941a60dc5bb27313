import * as z from 'zod/mini';
import { parseJson } from '../../io/checkpoint';
import type { FileTree } from '../../io/fileTree';
import { small } from './config';

const file = 'config.json';
const maxBytes = 4 * 1024 * 1024;
const schema = z.looseObject({ id2label: z.optional(z.record(z.string().check(z.maxLength(10)), z.string().check(z.maxLength(1000)))) });

/** The classes that a `config.json` beside an adapter names, in order; undefined when there is none. Throws FormatError. */
export async function labelsBeside(tree: FileTree): Promise<string[] | undefined> {
  if (!tree.paths().includes(file)) return undefined;
  const { id2label = {} } = parseJson(await small(tree, file, maxBytes), file, schema);
  const labels = Object.keys(id2label).map((_, i) => id2label[String(i)]);
  return labels.length && labels.every((label) => label !== undefined) ? labels : undefined;
}
