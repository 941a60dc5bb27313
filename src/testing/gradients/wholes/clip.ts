import { at, mapped, matrix, plus, plusRow, sum, times, timesT, transposed, valueAt, type Matrix } from '../matrix';

/** A CLIP in f64, one sequence at a time, written from the paper and transformers' names of its weights (arXiv 2103.00020). */
export interface Sizes {
  image: { size: number; patch: number; heads: number; blocks: number };
  text: { heads: number; blocks: number };
}

/** The weights, and what a layer is under a method. */
export interface Net {
  sizes: Sizes;
  matrix(name: string): Matrix;
  vector(name: string): Float64Array;
  linear(name: string, x: Matrix): Matrix;
}

/** Changes a sequence as it enters a block. */
export type Enters = (x: Matrix, block: number) => Matrix;
const asItIs: Enters = (x) => x;

const EPS = 1e-5;

function layerNorm(net: Net, name: string, x: Matrix): Matrix {
  const [weight, bias] = [net.vector(`${name}.weight`), net.vector(`${name}.bias`)];
  const n = x.cols;
  const means = Array.from({ length: x.rows }, (_, i) => sum(n, (j) => at(x, i, j)) / n);
  const deviations = means.map((mean, i) => Math.sqrt(sum(n, (j) => (at(x, i, j) - mean) ** 2) / n + EPS));
  return mapped(x, (value, i, j) => ((value - valueAt(means, i)) / valueAt(deviations, i)) * valueAt(weight, j) + valueAt(bias, j));
}

/** Columns from `first` on. */
const columns = (x: Matrix, first: number, count: number): Matrix => matrix(x.rows, count, (i, j) => at(x, i, first + j));

export const rows = (x: Matrix, first: number, count: number): Matrix => matrix(count, x.cols, (i, j) => at(x, first + i, j));

/** One above the other. */
export function above(...parts: readonly Matrix[]): Matrix {
  const all = parts.reduce((n, part) => n + part.rows, 0);
  const cols = parts[0]?.cols ?? 0;
  const data = new Float64Array(all * cols);
  let first = 0;
  for (const part of parts) {
    data.set(part.data, first);
    first += part.data.length;
  }
  return { rows: all, cols, data };
}

function softmax(x: Matrix): Matrix {
  const tops = Array.from({ length: x.rows }, (_, i) => Math.max(...x.data.subarray(i * x.cols, (i + 1) * x.cols)));
  const odds = mapped(x, (value, i) => Math.exp(value - valueAt(tops, i)));
  const totals = Array.from({ length: x.rows }, (_, i) => sum(x.cols, (j) => at(odds, i, j)));
  return mapped(odds, (value, i) => value / valueAt(totals, i));
}

function attention(net: Net, name: string, x: Matrix, heads: number, causal: boolean): Matrix {
  const [q, k, v] = ['q', 'k', 'v'].map((part) => net.linear(`${name}.${part}_proj`, x));
  if (!q || !k || !v) throw new Error('unreachable');
  const width = x.cols / heads;
  const seen = Array.from({ length: heads }, (_, head) => {
    const part = (all: Matrix) => columns(all, head * width, width);
    const scores = mapped(timesT(part(q), part(k)), (value, i, j) => (causal && j > i ? -Infinity : value / Math.sqrt(width)));
    return times(softmax(scores), part(v));
  });
  return net.linear(`${name}.out_proj`, matrix(x.rows, x.cols, (i, j) => { const part = seen[Math.floor(j / width)]; return part ? at(part, i, j % width) : Number.NaN; }));
}

/** x + attention(norm(x)), then the same of x sigmoid(1.702 x) between two layers. */
function block(net: Net, name: string, x: Matrix, heads: number, causal: boolean): Matrix {
  const y = plus(x, attention(net, `${name}.self_attn`, layerNorm(net, `${name}.layer_norm1`, x), heads, causal));
  const hidden = mapped(net.linear(`${name}.mlp.fc1`, layerNorm(net, `${name}.layer_norm2`, y)), (value) => value / (1 + Math.exp(-1.702 * value)));
  return plus(y, net.linear(`${name}.mlp.fc2`, hidden));
}

/** Tokens of an image (3, size, size) after the last block. */
export function imageTokens(net: Net, pixels: ArrayLike<number>, enters: Enters = asItIs): Matrix {
  const { size, patch, heads, blocks } = net.sizes.image;
  const side = size / patch;
  const cut = matrix(side * side, 3 * patch * patch, (p, k) => {
    const [channel, row, col] = [Math.floor(k / patch ** 2), Math.floor(k / patch) % patch, k % patch];
    return valueAt(pixels, (channel * size + Math.floor(p / side) * patch + row) * size + (p % side) * patch + col);
  });
  const cls = net.vector('vision_model.embeddings.class_embedding');
  const patches = timesT(cut, net.matrix('vision_model.embeddings.patch_embedding.weight'));
  const x = plus(above({ rows: 1, cols: cls.length, data: cls }, patches), net.matrix('vision_model.embeddings.position_embedding.weight'));
  let y = layerNorm(net, 'vision_model.pre_layrnorm', enters(x, 0));
  for (let i = 0; i < blocks; i++) y = block(net, `vision_model.encoder.layers.${i}`, i === 0 ? y : enters(y, i), heads, false);
  return y;
}

/** Features of an image, (1, D). */
export const imageFeatures = (net: Net, pixels: ArrayLike<number>, enters?: Enters): Matrix =>
  timesT(layerNorm(net, 'vision_model.post_layernorm', rows(imageTokens(net, pixels, enters), 0, 1)), net.matrix('visual_projection.weight'));

export const embedding = (net: Net, id: number): Matrix => rows(net.matrix('text_model.embeddings.token_embedding.weight'), id, 1);

/** Features of a text whose last token is its end, (1, D), from its tokens' vectors. */
export function textFeatures(net: Net, tokens: Matrix, enters: Enters = asItIs): Matrix {
  const { heads, blocks } = net.sizes.text;
  let x = plus(tokens, rows(net.matrix('text_model.embeddings.position_embedding.weight'), 0, tokens.rows));
  for (let i = 0; i < blocks; i++) x = block(net, `text_model.encoder.layers.${i}`, i === 0 ? x : enters(x, i), heads, true);
  return timesT(layerNorm(net, 'text_model.final_layer_norm', rows(x, x.rows - 1, 1)), net.matrix('text_projection.weight'));
}

/** Rows of length 1. */
export function unit(x: Matrix): Matrix {
  const lengths = Array.from({ length: x.rows }, (_, i) => Math.sqrt(sum(x.cols, (j) => at(x, i, j) ** 2)));
  return mapped(x, (value, i) => value / valueAt(lengths, i));
}

/** exp(logit_scale) times the cosines of images (B, D) and texts (K, D). */
export const cosines = (net: Net, images: Matrix, texts: Matrix): Matrix => mapped(times(unit(images), transposed(unit(texts))), (value) => value * Math.exp(valueAt(net.vector('logit_scale'), 0)));

export const logSoftmax = (x: Matrix): Matrix => mapped(softmax(x), Math.log);

/** Mean over rows of the negative log likelihood of their labels. */
export const crossEntropy = (logits: Matrix, labels: readonly number[]): number => -sum(logits.rows, (i) => at(logSoftmax(logits), i, labels[i] ?? -1)) / logits.rows;

/** x W^T + b of a layer by its name, where the trained values are found by names. */
export const layerOf = (found: (name: string) => Matrix, name: string, x: Matrix): Matrix => plusRow(timesT(x, found(`${name}.weight`)), found(`${name}.bias`).data);
