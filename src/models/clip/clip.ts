import type { Context, Shaped } from '../../nn/context';
import { defined } from '../../numbers/defined';
import { blockOutputs } from '../blockOutputs';
import { LOGIT_SCALE, TEXT_HEAD, textInputs, type ReadsTexts, type TextForm } from '../byText';
import { checkInput, labelsOf } from '../fields';
import type { ModelFamily, TextRows } from '../model';
import { parseClipConfig, type ClipConfig } from './config';
import { clipFileNames } from './names';
import { textTower } from './text';
import { imageFeatures, imageTokens } from './vision';

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
    clip_text_model: "this is CLIP's text tower alone, which sees no images; open the whole CLIP model that it is from",
    clip_vision_model: "this is CLIP's vision tower alone, which transformers has no classifier for; open the whole CLIP model that it is from: its vision tower can be trained alone",
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
    outputOf: blockOutputs('vision_model.encoder.layers', { attention: 'self_attn.out_proj', mlp: 'mlp.fc2' }),
    architecture: kind === 'classifier' ? 'CLIPForImageClassification' : 'CLIPModel',
    module: 'clip',
    part: 'vision_model',
    modules: ['text_model', 'vision_model', 'visual_projection', 'text_projection', 'k_proj', 'v_proj', 'q_proj', 'out_proj'],
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
    // Anchored, so that in transformers' CLIPModel the text tower stays out unless it runs in training.
    default_target_modules: both || kind === 'texts of its own' ? `(vision_model|text_model)${BLOCKS}` : `vision_model${BLOCKS}`,
    // A new classifier reads the mean of the patches, of which each begins with its share; texts are compared with the class token.
    tokens: { before: 1, read: kind === 'classifier' ? { first: 1, count: (height / c.vision.patch_size) * (width / c.vision.patch_size) } : { first: 0, count: 1 } },
    forward: (ctx, pixels) => (both ? logitsPerImage(c, ctx, pixels, tokens) : classify(c, ctx, pixels, form)),
    // Texts are of the classes that they were made for.
    with: ({ labels: names, image_size, ...size }) => as({ ...(image_size ? { height: image_size, width: image_size } : {}), ...size, ...(names ? { labels: names, ...(names.length === labels.length ? {} : { classTexts: undefined }) } : {}) }),
    text: textTower(c),
    classTexts: form.classTexts,
    textRows: kind === 'texts of its own' ? form.rows : undefined,
    pairs: both ? { tokens, classify: as({ kind: 'text head' }) } : undefined,
    whole: both ? undefined : () => as({ kind: 'two towers' }),
    as,
  };
}

function classify<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T, { kind, labels, height, width, rows }: Form): T {
  if (kind === 'classifier') {
    const patches = (height / c.vision.patch_size) * (width / c.vision.patch_size);
    return ctx.linear('classifier', ctx.pool(imageTokens(c, ctx, pixels), 1, patches), labels.length, { head: true, adaptable: false });
  }
  const features = imageFeatures(c, ctx, pixels);
  const unit = ctx.l2Normalize(features);
  if (kind === 'texts of its own') return byOwnTexts(c, ctx, pixels, { features, unit }, rows!);
  return ctx.product(unit, ctx.fixed(TEXT_HEAD, [labels.length, c.projection_dim]), { transposed: true, label: 'logits' });
}

/** exp(logit_scale) times the cosines of images (B) and the classes' texts (K), which are the same for all images or made for each: (B, K). */
function byOwnTexts<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T, images: { features: T; unit: T }, { ids, ends, perImage }: TextRows): T {
  const K = ends.length;
  const read = () => textTower(c).features(ctx, ctx.constant('class texts', [K, ids.length / K], ids), ctx.constant('ends of class texts', [K], ends), perImage ? images.unit : undefined);
  const scaled = (cosines: T) => ctx.expScale(cosines, ctx.weight(LOGIT_SCALE, []), 'logits');
  if (perImage) return scaled(ctx.eachProduct(images.unit, ctx.l2Normalize(read()), 'cosines'));
  const between = (one: T, other: T) => scaled(ctx.product(one, other, { transposed: true, label: 'cosines' }));
  const texts = ctx.once('texts', read);
  const unit = { images: images.unit, texts: ctx.l2Normalize(texts) };
  const plain = (): Context<T> => ({ ...ctx, tokens: (_, x) => x });
  return ctx.compare({
    images: images.features, texts, unit,
    logits: between(unit.images, unit.texts),
    frozen(others) {
      const own = { images: ctx.l2Normalize(imageFeatures(c, plain(), pixels)), texts: ctx.l2Normalize(others) };
      return { unit: own, logits: between(own.images, own.texts) };
    },
  });
}

/** exp(logit_scale) times the cosines of images (B) and texts (B): `logits_per_image` (B, B). */
function logitsPerImage<T extends Shaped>(c: ClipConfig, ctx: Context<T>, pixels: T, tokens: number): T {
  const { ids, ends } = textInputs(ctx, defined(pixels.shape[0]), tokens);
  const images = ctx.l2Normalize(imageFeatures(c, ctx, pixels));
  const texts = ctx.l2Normalize(textTower(c).features(ctx, ids, ends));
  return ctx.expScale(ctx.product(images, texts, { transposed: true, label: 'cosines' }), ctx.weight(LOGIT_SCALE, []), 'logits');
}
