import * as z from 'zod/mini';
import type { Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import { blockOutputs } from '../blockOutputs';
import { checkInput, checkSizes, count, hiddenAct, imagenet, labelsOf, parseConfig, side } from '../fields';
import { ModelError, type ModelFamily, type Model } from '../model';
import { interpolatePositions } from '../positions';
import { dinov2FileNames } from './names';
import { dinov2Block, type Dinov2Sizes } from './block';

const fields = {
  hidden_size: z._default(count(8192), 768),
  num_hidden_layers: z._default(count(128), 12),
  num_attention_heads: z._default(count(256), 12),
  mlp_ratio: z._default(z.number().check(z.gte(0.01), z.lte(64)), 4),
  hidden_act: hiddenAct('gelu'),
  layer_norm_eps: z._default(z.number().check(z.gte(0), z.lte(0.1)), 1e-6),
  image_size: z._default(side(4096), 224),
  num_channels: z._default(z.literal(3), 3),
  qkv_bias: z._default(z.boolean(), true),
  use_swiglu_ffn: z._default(z.boolean(), false),
  id2label: z.optional(z.record(z.string(), z.string())),
  num_labels: z.optional(count(65536)),
};
/** Dinov2Config and Dinov2WithRegistersConfig with transformers' defaults, of which the patch size differs. */
const schema = z.discriminatedUnion('model_type', [
  z.object({ model_type: z.literal('dinov2'), patch_size: z._default(side(512), 14), ...fields }),
  z.object({ model_type: z.literal('dinov2_with_registers'), patch_size: z._default(side(512), 16), num_register_tokens: z._default(z.int().check(z.gte(0), z.lte(1024)), 4), ...fields }),
]);
type Config = z.output<typeof schema>;

/** Sizes of a config.json, with transformers' defaults. Throws ModelError. */
const dinov2Config = (config: unknown): Config => parseConfig(schema, config, 'DINOv2');

/**
 * DINOv2 for image classification, with or without registers, by transformers' v4 names: its head sees the class token
 * beside the mean of the patch tokens, both after the final norm. Checkpoints of the bare backbone get a new head.
 * `mask_token`, which only pretraining uses, is not run. Source: transformers modeling_dinov2.py,
 * modeling_dinov2_with_registers.py.
 */
export const dinov2: ModelFamily = {
  model_types: ['dinov2', 'dinov2_with_registers'],
  title: 'DINOv2',
  parse(config) {
    const c = dinov2Config(config);
    checkSizes(c);
    if (mlpWidth(c) < 1) throw new ModelError(`config.json: mlp_ratio ${c.mlp_ratio} leaves no MLP at width ${c.hidden_size}`);
    return build(c, labelsOf(c.id2label, c.num_labels), c.image_size, c.image_size);
  },
};

/** Register tokens between the class token and the patches. */
const registersOf = (c: Config): number => (c.model_type === 'dinov2_with_registers' ? c.num_register_tokens : 0);

/** Width of the MLP; for SwiGLU two thirds of it, rounded up to eights, as Dinov2SwiGLUFFN does. */
function mlpWidth(c: Config): number {
  const hidden = Math.trunc(c.hidden_size * c.mlp_ratio);
  return c.use_swiglu_ffn ? Math.floor((Math.trunc((hidden * 2) / 3) + 7) / 8) * 8 : hidden;
}

function build(c: Config, labels: string[], height: number, width: number): Model {
  checkInput(height, c.patch_size);
  checkInput(width, c.patch_size);
  return {
    family: 'dinov2',
    base_model_prefix: c.model_type,
    names: dinov2FileNames(c.model_type),
    outputOf: blockOutputs(`${c.model_type}.encoder.layer`, { attention: 'attention.output.dense', mlp: c.use_swiglu_ffn ? 'mlp.weights_out' : 'mlp.fc2' }),
    // Takes images of any size. Registers came later.
    needs: () => ({ interpolate: false, since: c.model_type === 'dinov2' ? null : { version: '4.48', why: 'which brought DINOv2 with registers' } }),
    preprocessing: { image_processor_type: 'BitImageProcessor', do_center_crop: false, ...imagenet },
    architecture: c.model_type === 'dinov2' ? 'Dinov2ForImageClassification' : 'Dinov2WithRegistersForImageClassification',
    image_size: height,
    patch_size: c.patch_size,
    channels: 3,
    hidden_size: c.hidden_size,
    num_labels: labels.length,
    labels,
    head: 'classifier',
    default_target_modules: '.*(attention\\.attention\\.(query|key|value)|mlp\\.(fc1|fc2|weights_in|weights_out))',
    // The head sees the mean of the patches besides; where the model looks is what its class token gathers.
    tokens: { before: 1 + registersOf(c), read: { first: 0, count: 1 } },
    forward: (ctx, pixels) => forward(c, ctx, pixels, labels.length),
    with: (change) => build(c, change.labels ?? labels, change.height ?? change.image_size ?? height, change.width ?? change.image_size ?? width),
  };
}

function forward<T extends Shaped>(c: Config, ctx: Context<T>, pixels: T, labels: number): T {
  const root = c.model_type;
  const registers = registersOf(c);
  const n = Math.floor(c.image_size / c.patch_size);
  const rows = defined(pixels.shape[2]) / c.patch_size;
  const cols = defined(pixels.shape[3]) / c.patch_size;
  const sizes: Dinov2Sizes = { heads: c.num_attention_heads, hidden: mlpWidth(c), eps: c.layer_norm_eps, act: c.hidden_act, qkvBias: c.qkv_bias, swiglu: c.use_swiglu_ffn };
  let x = ctx.patches(`${root}.embeddings.patch_embeddings.projection`, pixels, c.patch_size, c.hidden_size);
  const positions = ctx.weight(`${root}.embeddings.position_embeddings`, [1, n * n + 1, c.hidden_size]);
  // transformers interpolates with antialiasing for the model with registers only.
  x = ctx.embed(x, ctx.weight(`${root}.embeddings.cls_token`, [1, 1, c.hidden_size]), interpolatePositions(ctx, positions, n, rows, cols, { antialias: root === 'dinov2_with_registers' }));
  // Registers have no position.
  if (registers) x = ctx.insertTokens(x, ctx.weight(`${root}.embeddings.register_tokens`, [1, registers, c.hidden_size]), 1);
  for (let i = 0; i < c.num_hidden_layers; i++) {
    const layer = `${root}.encoder.layer.${i}`;
    x = ctx.block(layer, ctx.tokens({ tower: 'image', block: i }, x), (from) => dinov2Block(ctx, from, layer, sizes));
  }
  const tokens = norm(ctx, `${root}.layernorm`, x, c.layer_norm_eps);
  return ctx.linear('classifier', ctx.concat(ctx.pool(tokens, 0, 1), ctx.pool(tokens, 1 + registers, rows * cols)), labels, { head: true, adaptable: false });
}
