import * as z from 'zod/mini';
import { parseJson } from '../checkpoint';
import { FormatError } from '../formatError';
import { keptIndex } from '../kept';

/**
 * A project file is a zip of files stored as they are: `project.json`, which names everything; `records/N.json` and
 * `records/N.bin` for the Nth record of the browser's database (`values.ts`), or of the command line (`stores.meta.ts`); and `imports/N.pack` for the Nth imported
 * model or data set, all its files one after another.
 */
export const formatName = 'fullrank-project';
export const formatVersion = 1;

const text = (most: number) => z.string().check(z.maxLength(most));
const maxRecords = 20_000;

const manifest = z.strictObject({
  format: z.literal(formatName),
  version: z.literal(formatVersion),
  /** Program that wrote it, and when, in milliseconds of the epoch. */
  app: text(100),
  saved: z.number().check(z.gte(0), z.lte(8.64e15)),
  /** As the page keeps them; the page reads them field by field. */
  settings: z.record(z.string(), z.unknown()),
  edits: z.record(z.string(), z.unknown()),
  records: z.array(z.strictObject({ store: text(100), key: text(300) })).check(z.maxLength(maxRecords)),
  imports: z.array(keptIndex).check(z.maxLength(1000)),
  /** Repositories of the hub that the project uses; they are named, not held. */
  hub: z.array(z.strictObject({ kind: z.enum(['model', 'dataset']), id: text(500) })).check(z.maxLength(1000)),
});
export type ProjectManifest = z.output<typeof manifest>;

export const manifestPath = 'project.json';
export const recordPath = (i: number, part: 'json' | 'bin'): string => `records/${i}.${part}`;
export const packPath = (i: number): string => `imports/${i}.pack`;

/** Most bytes of `project.json`, and of one record's JSON. */
export const maxJsonBytes = 256 * 1024 * 1024;

/** Reads `project.json`. Throws FormatError, which says so when a newer version wrote it. */
export function parseProject(bytes: Uint8Array): ProjectManifest {
  const head = parseJson(bytes, manifestPath, z.looseObject({}));
  if (head.format !== formatName) throw new FormatError('This is not a Fullrank project.');
  if (typeof head.version === 'number' && head.version > formatVersion) throw new FormatError(`A newer version of Fullrank wrote this project (format ${head.version}; this one reads ${formatVersion}). Reload the page, or use that version.`);
  return parseJson(bytes, manifestPath, manifest);
}
