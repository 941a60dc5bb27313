import type { Context, Shaped } from '../../nn/context';
import { LOGIT_SCALE, TEXT_HEAD, textInputs, type ReadsTexts, type TextForm } from '../byText';
import { checkInput, labelsOf } from '../fields';
import type { ModelFamily } from '../model';
import { parseClipConfig, type ClipConfig } from './config';
import { clipFileNames } from './names';
import { textTower } from './text';
import { imageFeatures, imageTokens } from './vision';
import { said } from '../../said/said';

const BLOCKS = '\\..*(self_attn\\.(q_proj|k_proj|v_proj)|mlp\\.(fc1|fc2))';

/**
 * CLIP. By itself a new trainable `classifier` on the mean of the patch tokens, as CLIPForImageClassification has;
 * `withTextHead` classifies by a frozen matrix of text features (`head_weight`), `twoTowers` trains both towers.
 * Source: transformers modeling_clip.py.
 */
export const clip: ModelFamily = {
  model_types: ['clip'],
  title: 'CLIP',
  refused: {
    clip_text_model: said`this is CLIP's text tower alone, which sees no images; open the whole CLIP model that it is from`,
    clip_vision_model: said`this is CLIP's vision tower alone, which transformers has no classifier for; open the whole CLIP model that it is from: its vision tower can be trained alone`,
  },
  parse(config) {
    const c = parseClipConfig(config);
    const { image_size } = c.vision;
    return build(c, { labels: labelsOf(c.id2label, c.num_labels), height: image_size, width: image_size, kind: 'classifier', tokens: c.text.max_position_embeddings });
  },
};

interface Form extends TextForm {
  height: number;
  width: number;
}

interface ClipModel extends ReadsTexts {
  as(change: Partial<Form>): ClipModel;
}

function build(c: ClipConfig, form: Form): ClipModel {
  const { labels, height, width, kind, tokens } = form;
  checkInput(height, c.vision.patch_size);
  checkInput(width, c.vision.patch_size);
  const as = (change: Partial<Form>) => build(c, { ...form, ...change });
  const both = kind === 'two towers';
  return {
    family: 'clip',
    names: clipFileNames,
    architecture: kind === 'classifier' ? 'CLIPForImageClassification' : 'CLIPModel',
    module: 'clip',
    part: 'vision_model',
    // CLIPModel takes other sizes since 4.46, CLIP's classifier since 5.0.
    needs: (resized) => ({ interpolate: resized, since: !resized ? null : kind === 'classifier' ? { version: '5.0', why: 'where a CLIP with a classifier takes images of another size' } : { version: '4.46', why: 'where CLIP takes images of another size' } }),
    preprocessing: { image_processor_type: 'CLIPImageProcessor' },
    image_size: height,
    patch_size: c.vision.patch_size,
    channels: 3,
    hidden_size: c.vision.hidden_size,
    feature_size: c.projection_dim,
    num_labels: labels.length,
    labels,
    head: kind === 'classifier' ? 'classifier' : null,
    // Anchored, so that in transformers' CLIPModel the text tower stays out unless it is trained.
    default_target_modules: both ? `(vision_model|text_model)${BLOCKS}` : `vision_model${BLOCKS}`,
    // A new classifier reads the mean of the patches, of which each begins with its share; texts are compared with the class token.
    tokens: { before: 1, read: kind === 'classifier' ? { first: 1, count: (height / c.vision.patch_size) * (width / c.vision.patch_size) } : { first: 0, count: 1 } },
    forward: (ctx, pixels) => (both ? logitsPerImage(c, ctx, pixels, tokens) : classify(c, ctx, pixels, form)),
    with: ({ labels: names, image_size, ...size }) => as({ ...(image_size ? { height: image_size, width: image_size } : {}), ...size, ...(names ? { labels: names } : {}) }),
    text: textTower(c),
    contrastive: both ? { tokens, classify: as({ kind: 'text head' }) } : undefined,
    whole: both ? undefined : () => as({ kind: 'two towers' }),
    as,
  };
}

function classify<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T, { kind, labels }: Form): T {
  if (kind === 'classifier') {
    const x = imageTokens(c, ctx, pixels);
    return ctx.linear('classifier', ctx.pool(x, 1, x.shape[1]! - 1), labels.length, { head: true, adaptable: false });
  }
  const features = ctx.l2Normalize(imageFeatures(c, ctx, pixels));
  return ctx.product(features, ctx.fixed(TEXT_HEAD, [labels.length, c.projection_dim]), { transposed: true, label: 'logits' });
}

/** exp(logit_scale) times the cosines of images (B) and texts (B): `logits_per_image` (B, B). */
function logitsPerImage<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T, tokens: number): T {
  const { ids, ends } = textInputs(ctx, pixels.shape[0]!, tokens);
  const images = ctx.l2Normalize(imageFeatures(c, ctx, pixels));
  const texts = ctx.l2Normalize(textTower(c).features(ctx, ids, ends));
  return ctx.expScale(ctx.product(images, texts, { transposed: true, label: 'cosines' }), ctx.weight(LOGIT_SCALE, []), 'logits');
}
