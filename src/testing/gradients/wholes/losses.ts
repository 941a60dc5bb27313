import { at, mapped, matrix, plus, plusRow, sum, timesT, valueAt, type Matrix } from '../matrix';
import { above, cosines, crossEntropy, embedding, imageFeatures, imageTokens, layerOf, logSoftmax, rows, textFeatures, unit, type Enters, type Net } from './clip';

/** Inputs of a loss: a batch, the classes' texts as tokens, settings as a user writes them, and trained arrays by their names in a file. */
export interface Batch {
  net: Net;
  settings: Readonly<Record<string, unknown>>;
  images: readonly Float64Array[];
  labels: readonly number[];
  texts: { names: readonly (readonly number[])[]; start: number; end: number; stop: number; words: readonly number[] };
  trained(name: string): Matrix;
  /** Features of the images where nothing that learns changes them, once they are known; null where something may. */
  known: { features?: Matrix } | null;
  /** Of PromptSRC: features of the texts as the frozen model has them. */
  teacher: Matrix;
}

/** The loss of a batch under a method, as its paper or its authors' code has it. */
export type Loss = (b: Batch) => number;

const setting = ({ settings }: Batch, name: string): number => Number(settings[name]);

/** A text's tokens around a class's name: start, context, name, full stop, end. `words` stand behind the vectors where there are more of them. */
function textOf({ net, texts }: Batch, name: readonly number[], context: Matrix, { position = 'end', words = [] as readonly number[] } = {}): Matrix {
  const word = (id: number) => embedding(net, id);
  const whole = above(context, ...words.slice(context.rows).map(word));
  const before = position === 'end' ? whole.rows : position === 'middle' ? Math.floor(context.rows / 2) : 0;
  const part = (first: number, count: number) => (count > 0 ? [rows(whole, first, count)] : []);
  return above(word(texts.start), ...part(0, before), ...name.map(word), ...part(before, whole.rows - before), word(texts.stop), word(texts.end));
}

/** Rows from `first` on exchanged for others. */
const replaced = (x: Matrix, first: number, others: Matrix): Matrix => matrix(x.rows, x.cols, (i, j) => (i >= first && i < first + others.rows ? at(others, i - first, j) : at(x, i, j)));

/** Tokens behind all others at the first block, and in their place at later ones, as far as there are. */
const behind = (own: (block: number) => Matrix | null): Enters => (x, block) => {
  const tokens = own(block);
  if (!tokens) return x;
  return block === 0 ? above(x, tokens) : replaced(x, x.rows - tokens.rows, tokens);
};
/** In a text those behind the first. */
const inText = (own: (block: number) => Matrix | null): Enters => (x, block) => {
  const tokens = own(block);
  return tokens ? replaced(x, 1, tokens) : x;
};

function featuresOf(b: Batch, enters?: Enters): Matrix {
  if (b.known?.features && !enters) return b.known.features;
  const features = above(...b.images.map((pixels) => imageFeatures(b.net, pixels, enters)));
  if (b.known && !enters) b.known.features = features;
  return features;
}

/** A new layer on the mean of the patches, as CLIPForImageClassification has it. */
const classified = (b: Batch, enters?: Enters): number => crossEntropy(
  layerOf((name) => b.net.matrix(name), 'classifier', above(...b.images.map((pixels) => {
    const tokens = imageTokens(b.net, pixels, enters);
    const patches = (b.net.sizes.image.size / b.net.sizes.image.patch) ** 2;
    return matrix(1, tokens.cols, (_, j) => sum(patches, (i) => at(tokens, 1 + i, j)) / patches);
  }))),
  b.labels,
);

/** CoOp's features of the classes: one context for all, or each class's own (arXiv 2109.01134, 3.2). */
function coopTexts(b: Batch): Matrix {
  const ctx = b.trained('ctx');
  const n = setting(b, 'n_ctx');
  const own = b.settings.class_specific === true;
  const { class_token_position: position } = b.settings;
  return above(...b.texts.names.map((name, k) => textFeatures(b.net, textOf(b, name, own ? rows(ctx, k * n, n) : ctx, { position: typeof position === 'string' ? position : 'end' }))));
}

/** MaPLe: vectors in the texts and, through a layer for each depth, in the images (arXiv 2210.03117, 3.2). */
function mapleFeatures(b: Batch): { images: Matrix; texts: Matrix } {
  const depth = Math.min(setting(b, 'prompt_depth'), b.net.sizes.text.blocks, b.net.sizes.image.blocks);
  const deep = (block: number) => (block > 0 && block < depth ? b.trained(`compound_prompts_text.${block - 1}`) : null);
  const seen = (block: number): Matrix | null => {
    const own = block === 0 ? b.trained('ctx') : deep(block);
    return own && layerOf(b.trained, block === 0 ? 'proj' : `compound_prompt_projections.${block - 1}`, own);
  };
  return { images: featuresOf(b, behind(seen)), texts: above(...b.texts.names.map((name) => textFeatures(b.net, textOf(b, name, b.trained('ctx'), { words: b.texts.words }), inText(deep)))) };
}

/** DePT upon features: what a linear head says of both, scaled and shifted by channels, beside the cosines (arXiv 2309.07439, eq. 4 to 7). */
function withHead(b: Batch, { images, texts }: { images: Matrix; texts: Matrix }): number {
  const weight = setting(b, 'weight');
  const film = (x: Matrix, name: string) => plusRow(mapped(x, (value, _, j) => value * valueAt(b.trained(`${name}.scale`).data, j)), b.trained(`${name}.bias`).data);
  const scored = (x: Matrix) => layerOf(b.trained, 'linear_probe_proj', x);
  const both = above(scored(film(images, 'film_lp_img')), scored(film(above(...b.labels.map((k) => rows(texts, k, 1))), 'film_lp_text')));
  return (1 - weight) * crossEntropy(cosines(b.net, images, texts), b.labels) + weight * crossEntropy(both, [...b.labels, ...b.labels]);
}

const coop: Loss = (b) => crossEntropy(cosines(b.net, featuresOf(b), coopTexts(b)), b.labels);

export const losses: Readonly<Record<string, Loss>> = {
  full: (b) => classified(b),
  ln_tuning: (b) => classified(b),
  bitfit: (b) => classified(b),
  linear_probe: (b) => classified(b),
  /** Tokens behind the patches, at the input and others before further blocks (arXiv 2203.12119, eq. 4 to 7). */
  vpt: (b) => classified(b, behind((block) => (block === 0 ? b.trained('prompt_embeddings') : block < Number(b.settings.prompt_depth ?? Infinity) ? b.trained(`deep_prompt_embeddings.${block}`) : null))),
  coop,
  /** The layers of both towers are LoRA's then. */
  coop_lora: coop,
  /** CoOp's vectors, each moved by what two layers make of an image's features (arXiv 2203.05557, 3.2). */
  cocoop(b) {
    const images = unit(featuresOf(b));
    const moved = layerOf(b.trained, 'meta_net.linear2', mapped(layerOf(b.trained, 'meta_net.linear1', images), (value) => Math.max(0, value)));
    const logits = above(...b.images.map((_, i) => {
      const context = plusRow(b.trained('ctx'), rows(moved, i, 1).data);
      return cosines(b.net, rows(images, i, 1), above(...b.texts.names.map((name) => textFeatures(b.net, textOf(b, name, context)))));
    }));
    return crossEntropy(logits, b.labels);
  },
  maple(b) {
    const { images, texts } = mapleFeatures(b);
    return crossEntropy(cosines(b.net, images, texts), b.labels);
  },
  dept_coop: (b) => withHead(b, { images: featuresOf(b), texts: coopTexts(b) }),
  dept_maple: (b) => withHead(b, mapleFeatures(b)),
  /** Prompts of both towers; L1 distances of features and the divergence of what is said from the frozen model (arXiv 2307.06948, eq. 3 to 6; the authors' trainers/promptsrc.py has the means). */
  promptsrc(b) {
    const [textDepth, imageDepth] = [setting(b, 'prompt_depth_text'), setting(b, 'prompt_depth_vision')];
    const seen = behind((block) => (block === 0 ? b.trained('image_encoder.VPT') : block < imageDepth ? b.trained(`image_encoder.transformer.resblocks.${block}.VPT_shallow`) : null));
    const read = inText((block) => (block > 0 && block < textDepth ? b.trained(`text_encoder.transformer.resblocks.${block}.VPT_shallow`) : null));
    const images = unit(featuresOf(b, seen));
    const texts = unit(above(...b.texts.names.map((name) => textFeatures(b.net, textOf(b, name, b.trained('ctx'), { words: b.texts.words }), read))));
    const frozen = { images: unit(featuresOf(b)), texts: unit(b.teacher) };
    const apart = (one: Matrix, other: Matrix) => plus(one, other, -1).data.reduce((total, value) => total + Math.abs(value), 0) / one.data.length;
    const [target, taught] = [logSoftmax(cosines(b.net, images, texts)), logSoftmax(cosines(b.net, frozen.images, frozen.texts))];
    const divergence = sum(target.data.length, (i) => Math.exp(valueAt(taught.data, i)) * (valueAt(taught.data, i) - valueAt(target.data, i))) / target.data.length;
    return crossEntropy(cosines(b.net, images, texts), b.labels) + setting(b, 'text_loss_weight') * apart(texts, frozen.texts) + setting(b, 'image_loss_weight') * apart(images, frozen.images) + divergence;
  },
};

/** Update that LoRA adds to a layer: s x A^T B^T. */
export const loraOn = (x: Matrix, A: Matrix, B: Matrix, s: number): Matrix => mapped(timesT(timesT(x, A), B), (value) => s * value);
