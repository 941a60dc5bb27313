import * as z from 'zod/mini';
import { defined } from '../numbers/defined';
import { ModelError } from './model';

/** A positive integer of at most `most`. */
export const count = (most: number) => z.int().check(z.gte(1), z.lte(most));

/** A side in pixels: a number, or [n, n] as some configs have it. */
export const side = (most: number) => z.pipe(z.union([count(most), z.tuple([count(most), count(most)]).check(z.refine(([a, b]) => a === b, 'only squares are supported'))]), z.transform((v) => (typeof v === 'number' ? v : v[0])));

/** Labels of a config: id2label in order, or LABEL_0 ... when only their number is known. */
export function labelsOf(id2label: Record<string, string> | undefined, num_labels: number | undefined): string[] {
  const ids = Object.keys(id2label ?? {});
  if (!ids.length) return Array.from({ length: num_labels ?? 2 }, (_, i) => `LABEL_${i}`);
  return ids.map((_, i) => {
    const label = id2label![String(i)];
    if (label === undefined) throw new ModelError(`config.json: id2label has ${ids.length} entries, but none for ${i}`);
    return label;
  });
}

/** Parses a config with a schema; the error names the field and what was found. */
export function parseConfig<T extends z.ZodMiniType>(schema: T, config: unknown, family: string): z.output<T> {
  const result = z.safeParse(schema, config);
  if (result.success) return result.data;
  const issue = defined(result.error.issues[0]);
  const field = issue.path.join('.');
  throw new ModelError(field ? `config.json of a ${family} model: ${field} is not usable (${issue.message})` : `config.json of a ${family} model: the file is not usable (${issue.message})`);
}

/** Throws unless the attention heads divide the width and the patches tile the image. */
export function checkSizes(c: { hidden_size: number; num_attention_heads: number; image_size: number; patch_size: number }): void {
  if (c.hidden_size % c.num_attention_heads) throw new ModelError(`config.json: ${c.num_attention_heads} heads do not divide the width ${c.hidden_size}`);
  if (c.image_size < c.patch_size) throw new ModelError(`config.json: an image of ${c.image_size} is smaller than one patch of ${c.patch_size}`);
}

/** Throws unless patches tile an input of this size. */
export function checkInput(size: number, patch: number): void {
  if (size % patch || size < patch) {
    throw new ModelError(`an input of ${size} pixels is not a multiple of the patch size ${patch}; choose ${Math.max(patch, Math.round(size / patch) * patch)}`);
  }
}

/** Activations that configs name and we have. */
export const hiddenAct = (fallback: 'gelu' | 'quick_gelu') =>
  z._default(z.enum(['gelu', 'quick_gelu', 'gelu_new', 'gelu_pytorch_tanh'], { error: 'supported: gelu, quick_gelu, gelu_new, gelu_pytorch_tanh' }), fallback);

/** Mean and deviation of ImageNet's pixels, in preprocessor_config.json. */
export const imagenet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
