import { existsSync, readFileSync, statSync } from 'node:fs';
import { UsageError } from './command';

const MAX_BYTES = 1_000_000;

/** Prompt templates of --templates: the text of a file where there is one of that name, else the text itself. Throws UsageError. */
export function readTemplates(given: string): string {
  if (!existsSync(given)) return given;
  const { size } = statSync(given);
  if (size > MAX_BYTES) throw new UsageError(`--templates names a file of ${size} bytes; at most ${MAX_BYTES} are read`);
  return readFileSync(given, 'utf8');
}
