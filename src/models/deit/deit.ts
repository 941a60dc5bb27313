import * as z from 'zod/mini';
import type { Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import { checkInput, checkSizes, imagenet, labelsOf, parseConfig } from '../fields';
import type { ModelFamily, Model } from '../model';
import { interpolatePositions } from '../positions';
import { vitFileNames } from '../vit/names';
import { vitBlock, vitFields, vitOutputs, vitTargets, type VitConfig } from '../vit/block';

const schema = z.object({ model_type: z.literal('deit'), architectures: z.optional(z.nullable(z.array(z.string()))), ...vitFields });

/** Sizes of a config.json, with transformers' defaults. Throws ModelError. */
const deitConfig = (config: unknown): z.output<typeof schema> => parseConfig(schema, config, 'DeiT');

/**
 * DeiT as transformers has it: always with a distillation token behind the class token (checkpoints without one are of
 * model_type vit). `DeiTForImageClassificationWithTeacher` has two heads, whose logits are averaged;
 * `DeiTForImageClassification` has one, on the class token. Source: transformers modeling_deit.py, arXiv 2012.12877.
 *
 * Training on labels: transformers defines no loss for the two-headed model ("inference-only"). Here
 * - new labels make it a DeiTForImageClassification: a new head on the class token, which is how transformers
 *   fine-tunes distilled checkpoints without a teacher. The distillation head belongs to the old labels and to a teacher that is not
 *   here, and drops out; its token stays, since the other tokens were trained to see it.
 * - under its own labels it stays what it is. The loss is taken of the average, so that what is trained is what is
 *   evaluated; the class head learns as the head, the distillation head stays as the teacher left it (except in full
 *   fine-tuning, where every weight learns).
 */
export const deit: ModelFamily = {
  model_types: ['deit'],
  title: 'DeiT (distilled)',
  parse(config) {
    const c = deitConfig(config);
    checkSizes(c);
    const teacher = c.architectures?.some((name) => name === 'DeiTForImageClassificationWithTeacher') ?? false;
    return build(c, labelsOf(c.id2label, c.num_labels), c.image_size, c.image_size, teacher);
  },
};

function build(c: VitConfig, labels: string[], height: number, width: number, teacher: boolean): Model {
  checkInput(height, c.patch_size);
  checkInput(width, c.patch_size);
  return {
    family: 'deit',
    base_model_prefix: 'deit',
    names: vitFileNames('deit'),
    renamed: '5.9',
    outputOf: vitOutputs('deit'),
    idle: ['deit.pooler.dense'],
    architecture: teacher ? 'DeiTForImageClassificationWithTeacher' : 'DeiTForImageClassification',
    image_size: height,
    patch_size: c.patch_size,
    channels: 3,
    hidden_size: c.hidden_size,
    num_labels: labels.length,
    labels,
    head: teacher ? 'cls_classifier' : 'classifier',
    dropped: teacher ? [] : ['cls_classifier', 'distillation_classifier'],
    preprocessing: { image_processor_type: 'ViTImageProcessor', ...imagenet },
    default_target_modules: vitTargets,
    // Two heads, whose logits are averaged, read the class token and the distillation token.
    tokens: { before: 2, read: { first: 0, count: teacher ? 2 : 1 } },
    forward: (ctx, pixels) => forward(c, ctx, pixels, labels.length, teacher),
    with(change) {
      const next = change.labels ?? labels;
      const same = next.length === labels.length && next.every((label, i) => label === labels[i]);
      const both = teacher && same && change.head !== 'classifier';
      return build(c, next, change.height ?? change.image_size ?? height, change.width ?? change.image_size ?? width, both);
    },
  };
}

function forward<T extends Shaped>(c: VitConfig, ctx: Context<T>, pixels: T, labels: number, teacher: boolean): T {
  const n = Math.floor(c.image_size / c.patch_size);
  const rows = defined(pixels.shape[2]) / c.patch_size;
  const cols = defined(pixels.shape[3]) / c.patch_size;
  const token = (name: string) => ctx.weight(`deit.embeddings.${name}`, [1, 1, c.hidden_size]);
  let x = ctx.patches('deit.embeddings.patch_embeddings.projection', pixels, c.patch_size, c.hidden_size);
  const positions = ctx.weight('deit.embeddings.position_embeddings', [1, n * n + 2, c.hidden_size]);
  x = ctx.embed(ctx.insertTokens(x, token('distillation_token'), 0), token('cls_token'), interpolatePositions(ctx, positions, n, rows, cols, { extra: 2 }));
  for (let i = 0; i < c.num_hidden_layers; i++) x = vitBlock(c, ctx, ctx.tokens({ tower: 'image', block: i }, x), `deit.encoder.layer.${i}`);
  if (!teacher) return ctx.linear('classifier', norm(ctx, 'deit.layernorm', ctx.pool(x, 0, 1), c.layer_norm_eps), labels, { head: true, adaptable: false });
  const tokens = norm(ctx, 'deit.layernorm', x, c.layer_norm_eps);
  const cls = ctx.linear('cls_classifier', ctx.pool(tokens, 0, 1), labels, { head: true, adaptable: false });
  const distilled = ctx.linear('distillation_classifier', ctx.pool(tokens, 1, 1), labels, { adaptable: false });
  return ctx.add(cls, distilled, { alpha: 0.5, beta: 0.5, label: 'logits' });
}
