import type { Constant, Tensor } from '../engine/tensor';
import type { Activation } from '../ops/activation';

export type { Activation };

/** A value of known shape that a forward pass hands from call to call. Its context knows the rest of it. */
export interface Shaped {
  readonly shape: readonly number[];
}

export interface LinearOptions<T = Tensor> {
  act?: Activation;
  /** Added last; same shape as the result. */
  residual?: T;
  bias?: boolean;
  /** False for a layer that PEFT's linear adapters cannot target: a convolution in disguise, a head. */
  adaptable?: boolean;
  /** The classification head: trained in full, never adapted. */
  head?: boolean;
}

/** Place where a sequence enters a block of one of a model's towers, counted from 0. */
export interface Site<T = Tensor> {
  tower: 'image' | 'text';
  block: number;
  /** Features of the images (B, D), of length 1, where texts are made for each of them. */
  images?: T;
}

/** Features of images and of the classes' texts, and the logits made of them. */
export interface Compared<T = Tensor> {
  /** Features (B, D) and (K, D), of no certain length, and of length 1 each. */
  images: T;
  texts: T;
  unit: { images: T; texts: T };
  /** (B, K). */
  logits: T;
  /** The same of the images as the model sees them without any method, and of other texts (K, D). */
  frozen: (texts: T) => { unit: { images: T; texts: T }; logits: T };
}

export interface AttendOptions<T = Tensor> {
  heads: number;
  /** No token sees those behind it. */
  causal?: boolean;
  /** (B, T) whole numbers: no token sees one where this is 0. */
  mask?: T;
  /** Nor one where it is another number than its own: several documents in one row. */
  documents?: boolean;
}

/** Values for texts of at most `most` tokens. */
export interface Shorter {
  most: number;
  data: () => Float32Array;
}

/**
 * All that a forward pass speaks to. A model knows names and shapes; the context decides what they become: a step that is
 * recorded, where it also decides what is frozen, what is trained, how it is stored, and which layers carry an adapter
 * (adapters/adapted.ts), a list of names and shapes (models/trace.ts), or a graph in a file (export/onnx). So one forward
 * serves all of them. The first dimension of images, and of all that is made of them, is the batch B: a forward passes it
 * on and counts on no size of it.
 */
export interface Context<T extends Shaped = Tensor> {
  /** A weight by its Hugging Face name. A `table` (V, C) is looked up in and multiplied by: where it is frozen it is stored as matrices are. */
  weight(name: string, shape: readonly number[], kind?: { table?: boolean }): T;
  /** A matrix that is no weight of the model: it comes with the run, and nothing trains it. */
  fixed(name: string, shape: readonly number[]): T;
  /** Values that are known before any weight is: an interpolation matrix, tokens of texts. `shorter`: what they are for texts of so many tokens at most, where `data` are for longer ones, as one that is gone on with becomes. */
  constant(name: string, shape: readonly number[], data: Constant, shorter?: Shorter): T;
  /** Whole numbers (B, ...) that come with each batch besides its images; where they are all below 1, they say nothing. */
  input(name: string, shape: readonly number[], below?: number): T;
  /** Places (B, T) of tokens in a table of positions, of ids (B, T): 0, 1, 2, ..., or, where `padding` has the place of its own number, those of the others counted from behind it. A batch brings them (`models/text.ts`). */
  positions(ids: T, padding?: number): T;

  /** x W^T + b with weights `name.weight` (out, in) and `name.bias` (out), and whatever adapter the layer carries. */
  linear(name: string, x: T, outFeatures: number, options?: LinearOptions<T>): T;
  /**
   * Linear layers of one size on one input, as `linear` each, without activation or residual: their results side by side
   * in one value (..., G outFeatures), or one by one where they do not run as one.
   */
  linears(names: readonly string[], x: T, outFeatures: number, options?: Pick<LinearOptions, 'bias'>): T | T[];
  /** Patch embedding: pixels (B, c, H, W) cut into squares of `side`, and a linear layer on each; result (B, N, outFeatures), row by row. */
  patches(name: string, pixels: T, side: number, outFeatures: number, options?: Pick<LinearOptions, 'bias'>): T;
  /** x w for x (..., K) and a matrix w (K, N), or x w^T for w (N, K) when `transposed`: a product with what is no layer. */
  product(x: T, w: T, options: { transposed?: boolean; label: string }): T;

  /** Each row of x (B, C) against rows of its own, y (B K, C): (B, K). */
  eachProduct(x: T, y: T, label: string): T;

  /** Layer norm over the last dimension: x (..., C), weight and bias (C). */
  layerNorm(x: T, weight: T, bias: T, eps: number, label: string): T;
  /** x / ||x|| over the last dimension. */
  l2Normalize(x: T): T;
  /** Softmax attention before the output layer: of q, k and v (B, T, C), or of the three side by side (B, T, 3 C). */
  attend(qkv: T | T[], options: AttendOptions<T>): T;
  /** Tokens of rows that each token sees, for `attendGrouped`: those of its own number in `mask` (B, T) whole numbers, up to the token itself, at most `window` of them; none where it is 0. */
  spans(mask: T, window?: number): T;
  /** Causal attention of `heads` heads that share `kv_heads` of keys and values, of D channels each: of q, k and v (B, T, heads or kv_heads D), of q beside k and v in one, or of all in one. */
  attendGrouped(qkv: T | T[], spans: T, options: { heads: number; kv_heads: number }): T;
  /** x (B, T, W) with its first `heads` heads turned by their positions (B, T); `table` (P, 2, D / 2) holds cos and sin by position. */
  rotary(x: T, positions: T, table: T, heads: number): T;
  /** x / sqrt(mean(x^2) + eps) * weight over the last dimension: x (..., C), weight (C). */
  rmsNorm(x: T, weight: T, eps: number, label: string): T;
  /** silu(gate) * up of x (..., 2 F), gate in the first F columns, or of both by themselves; result (..., F). */
  swiglu(x: T | T[]): T;

  /** alpha * x + beta * y of one shape. */
  add(x: T, y: T, options?: { alpha?: number; beta?: number; label?: string }): T;
  /** x (B, T, C) + rows (T, C), the same for each of the batch. */
  addRows(x: T, rows: T): T;
  /** x[..., c] * s[c]. */
  scaleColumns(x: T, s: T): T;
  /** exp(s) * x for a scalar s. */
  expScale(x: T, s: T, label: string): T;
  /** x (..., C) and y (..., D) side by side: (..., C + D). */
  concat(x: T, y: T): T;

  /** Class token (C) in front of patches (B, T - 1, C), positions (T, C) added; result (B, T, C). */
  embed(patches: T, cls: T, positions: T): T;
  /** The same tokens (R, C) put in front of token `first` of every sequence: x (B, T, C) to (B, T + R, C). */
  insertTokens(x: T, tokens: T, first: number): T;
  /** Rows of `ids` (B, T) in a table (V, C): (B, T, C). The row of `padding` learns nothing. */
  tokenEmbedding(table: T, ids: T, padding?: number): T;
  /** Rows `first` to `first + count - 1` of a weight. */
  rows(weight: T, first: number, count: number): T;
  /** Mean over `count` tokens from `first` on: x (B, T, C) to (B, C). The class token is `pool(x, 0, 1)`. */
  pool(x: T, first: number, count: number): T;
  /** Token at[b] of each sequence: x (B, T, C) and at (B), or fewer that repeat over them, to (B, C). */
  pickTokens(x: T, at: T): T;
  /** Places (B) of the last tokens whose mask (B, T) is not 0. */
  lastTokens(mask: T): T;

  /**
   * The sequences (B, T, C) that enter a block. In those of images a method may put tokens of its own behind those of the model, or
   * others in the place of its own: a forward counts the model's tokens alone, from the front. In those of texts it may put others in
   * the place of some, before positions are added; where texts are made for each image, there are as many times more from there on.
   */
  tokens(site: Site<T>, x: T): T;
  /** Logits of images by the classes' texts, which a method may make otherwise, and learn by more than that. */
  compare(seen: Compared<T>): T;
  /** Makes a value that does not depend on the batch, once a step, and once for all batches of an evaluation. */
  once(name: string, body: () => T): T;
  /**
   * A stretch of the model on x, whose activations may be recomputed in the backward instead of kept. It reads nothing that
   * was made of the batch's images before it but x.
   */
  block(name: string, x: T, body: (x: T) => T): T;
}
