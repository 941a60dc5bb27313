import { defined } from '../numbers/defined';
import { activations, attention, crossEntropy, embed, layerNorm, matmul, patchify, plus, pool, scale } from './reference';

/** Weights by Hugging Face name (transformers 4), in f64. */
export type Weights = Record<string, Float64Array>;

export interface EncoderShape {
  prefix: string;
  pixels: [B: number, channels: number, height: number, width: number];
  patch: number;
  width: number;
  heads: number;
  layers: number;
  eps: number;
  labels: number;
}

/** x W^T + b by the layer's name. */
function dense(w: Weights, name: string, x: Float64Array): Float64Array {
  const bias = defined(w[`${name}.bias`]);
  const N = bias.length;
  const K = defined(w[`${name}.weight`]).length / N;
  return plus(matmul(x, defined(w[`${name}.weight`]), { M: x.length / K, N, K, wT: true }), bias);
}

const norm = (w: Weights, name: string, x: Float64Array, eps: number): Float64Array => layerNorm(x, defined(w[`${name}.weight`]), defined(w[`${name}.bias`]), eps);

/** Tokens (R, C) before token `first` of every sequence of x (B, T, C). */
function insert(x: Float64Array, tokens: Float64Array, first: number, [T, C]: [number, number]): Float64Array {
  const rows = Array.from({ length: x.length / (T * C) }, (_, b) => {
    const row = x.subarray(b * T * C, (b + 1) * T * C);
    return [...row.subarray(0, first * C), ...tokens, ...row.subarray(first * C)];
  });
  return Float64Array.from(rows.flat());
}

/** Embeddings of DeiT (a distillation token) and of DINOv2 (registers behind the class token, without positions). */
function embeddings(w: Weights, s: EncoderShape, pixels: Float64Array): { x: Float64Array; T: number; inFront: number } {
  const of = (name: string) => w[`${s.prefix}.embeddings.${name}`];
  const patches = (s.pixels[2] / s.patch) * (s.pixels[3] / s.patch);
  let x = dense(w, `${s.prefix}.embeddings.patch_embeddings.projection`, patchify(pixels, s.pixels, s.patch));
  const distillation = of('distillation_token');
  const registers = of('register_tokens');
  if (distillation) x = insert(x, distillation, 0, [patches, s.width]);
  const front = 1 + (distillation ? 1 : 0);
  x = embed(x, of('cls_token')!, of('position_embeddings')!);
  if (registers) x = insert(x, registers, 1, [patches + front, s.width]);
  const inFront = front + (registers ? registers.length / s.width : 0);
  return { x, T: patches + inFront, inFront };
}

/** Logits (B, K) of ViT, DeiT (with one head or two) and DINOv2, as plainly as possible, from transformers' modeling files. `watch` sees q and k (B, T, C) of each layer. */
export function encoderLogits(w: Weights, s: EncoderShape, pixels: Float64Array, watch?: (q: Float64Array, k: Float64Array, shape: readonly [number, number, number]) => void): Float64Array {
  const { x: start, T, inFront } = embeddings(w, s, pixels);
  const shape = [s.pixels[0], T, s.width] as const;
  const dino = s.prefix.startsWith('dinov2');
  let x = start;
  for (let i = 0; i < s.layers; i++) {
    const layer = `${s.prefix}.encoder.layer.${i}`;
    const scaled = (name: string, y: Float64Array) => (dino ? scale(y, defined(w[`${layer}.${name}.lambda1`]), false, y.length / s.width, s.width) : y);
    const h = norm(w, `${layer}.${dino ? 'norm1' : 'layernorm_before'}`, x, s.eps);
    const [q, k, v] = ['query', 'key', 'value'].map((part) => dense(w, `${layer}.attention.attention.${part}`, h));
    watch?.(q!, k!, shape);
    x = plus(x, scaled('layer_scale1', dense(w, `${layer}.attention.output.dense`, attention(q!, k!, v!, shape, s.heads))));
    const g = norm(w, `${layer}.${dino ? 'norm2' : 'layernorm_after'}`, x, s.eps);
    x = plus(x, scaled('layer_scale2', mlp(w, layer, g, dino)));
  }
  const tokens = norm(w, `${s.prefix}.layernorm`, x, s.eps);
  const cls = pool(tokens, shape, 0, 1);
  if (dino) {
    const mean = pool(tokens, shape, inFront, T - inFront);
    const both = Array.from({ length: s.pixels[0] }, (_, b) => [...cls.subarray(b * s.width, (b + 1) * s.width), ...mean.subarray(b * s.width, (b + 1) * s.width)]);
    return dense(w, 'classifier', Float64Array.from(both.flat()));
  }
  if (!w['cls_classifier.weight']) return dense(w, 'classifier', cls);
  return plus(dense(w, 'cls_classifier', cls), dense(w, 'distillation_classifier', pool(tokens, shape, 1, 1)), 0.5, 0.5);
}

function mlp(w: Weights, layer: string, x: Float64Array, dino: boolean): Float64Array {
  if (!dino) return dense(w, `${layer}.output.dense`, dense(w, `${layer}.intermediate.dense`, x).map(activations.gelu));
  if (w[`${layer}.mlp.fc1.weight`]) return dense(w, `${layer}.mlp.fc2`, dense(w, `${layer}.mlp.fc1`, x).map(activations.gelu));
  const both = dense(w, `${layer}.mlp.weights_in`, x);
  const F = defined(w[`${layer}.mlp.weights_in.bias`]).length / 2;
  const gated = Float64Array.from({ length: both.length / 2 }, (_, i) => {
    const at = Math.floor(i / F) * 2 * F + (i % F);
    return (defined(both[at]) / (1 + Math.exp(-defined(both[at])))) * defined(both[at + F]);
  });
  return dense(w, `${layer}.mlp.weights_out`, gated);
}

/** Mean cross entropy of those logits. */
export function encoderLoss(w: Weights, s: EncoderShape, pixels: Float64Array, labels: ArrayLike<number>): number {
  const { rows } = crossEntropy(encoderLogits(w, s, pixels), labels, s.labels);
  return rows.reduce((sum, v, i) => sum + (i % 4 ? 0 : v), 0) / labels.length;
}
