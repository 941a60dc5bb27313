import * as z from 'zod/mini';
import { messageOf } from '../errors/errors';
import { defined } from '../numbers/defined';
import type { FileTree } from './fileTree';
import { FormatError } from './formatError';

const FILE = 'generation_config.json';
const MAX_BYTES = 2 ** 20;
/** Llama 3.1 has three. */
const MAX_ENDS = 1024;

const token = z.int().check(z.gte(-1), z.lt(2 ** 32));
const whole = (least: number, most: number) => z.nullish(z.int().check(z.gte(least), z.lte(most)));
const real = (least: number, most: number) => z.nullish(z.number().check(z.gte(least), z.lte(most)));

/** Fields that are used here; others are left alone. */
const fields = z.object({
  eos_token_id: z.nullish(z.union([token, z.array(token).check(z.maxLength(MAX_ENDS))])),
  do_sample: z.nullish(z.boolean()),
  temperature: real(0, 1e6),
  top_k: whole(0, 2 ** 31),
  top_p: real(0, 1),
  num_beams: whole(1, 64),
  length_penalty: real(-100, 100),
  no_repeat_ngram_size: whole(0, 1e6),
  max_length: whole(1, 2 ** 31),
  max_new_tokens: whole(1, 2 ** 31),
});

/** Generation settings of a model's folder, by transformers' names. */
export type GenerationConfig = z.output<typeof fields>;

/** Reads generation_config.json of a folder; empty if there is none. Throws FormatError. */
export async function readGenerationConfig(tree: FileTree): Promise<GenerationConfig> {
  if (!tree.paths().includes(FILE)) return {};
  const size = await tree.size(FILE);
  if (size > MAX_BYTES) throw new FormatError(`${FILE} of ${tree.name} has ${size} bytes; at most ${MAX_BYTES} are read.`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(await tree.read(FILE)));
  } catch (error) {
    throw new FormatError(`${FILE} of ${tree.name} is not JSON: ${messageOf(error)}`);
  }
  const read = fields.safeParse(json);
  if (read.success) return read.data;
  // Fields lie one deep.
  const field = defined(read.error.issues[0]).path.join();
  throw new FormatError(field ? `${FILE} of ${tree.name} has a bad value for ${field}; correct it, or remove the file.` : `${FILE} of ${tree.name} is not an object of settings; correct it, or remove the file.`);
}
