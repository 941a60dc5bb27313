import * as z from 'zod/mini';
import { FormatError } from './formatError';

/** Chat settings in a tokenizer's files: a template or several by name, as the file has them, and its special tokens by name. */
export interface ChatFiles {
  template: unknown;
  tokens: Readonly<Record<string, string>>;
}

const named = z.array(z.looseObject({ name: z.string(), template: z.string() }));

/** The template of a tokenizer's files, of several the one called default; null where there is none. Throws FormatError. */
export function templateOf({ template }: ChatFiles): string | null {
  if (template === null || template === undefined) return null;
  if (typeof template === 'string') return template;
  const list = named.safeParse(template);
  if (!list.success) throw new FormatError('chat_template in tokenizer_config.json is neither a text nor a list of names and texts.');
  const found = list.data.find(({ name }) => name === 'default');
  if (!found) throw new FormatError('tokenizer_config.json has several chat templates, and none of them is called default.');
  return found.template;
}
