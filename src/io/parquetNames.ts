import * as z from 'zod/mini';
import { FormatError } from './formatError';
import type { ParquetFile } from './parquet';

/** Metadata that `datasets` writes into the schema, as far as it is used here. */
const features = z.looseObject({ info: z.looseObject({ features: z.record(z.string(), z.unknown()) }) });
const classLabel = z.looseObject({ _type: z.literal('ClassLabel'), names: z.array(z.string()).check(z.maxLength(65_535)) });

/** Class names that the file's metadata gives a column; null when it gives none. Throws FormatError. */
export function classNamesOf(file: Pick<ParquetFile, 'path' | 'metadata'>, column: string | null): string[] | null {
  if (column === null || file.metadata.huggingface === undefined) return null;
  let json: unknown;
  try {
    json = JSON.parse(file.metadata.huggingface);
  } catch {
    throw new FormatError(`${file.path}: its huggingface metadata is not JSON.`);
  }
  const parsed = features.safeParse(json);
  if (!parsed.success || !Object.hasOwn(parsed.data.info.features, column)) return null;
  const label = classLabel.safeParse(parsed.data.info.features[column]);
  return label.success ? label.data.names : null;
}
