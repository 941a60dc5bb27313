import { sizeOf } from '../engine/tensor';
import type { Trace } from '../models/trace';
import { randn } from './numbers';

/** A model shape and a batch. */
export interface Shape {
  name: string;
  batch: number;
  config: Record<string, unknown>;
}

const vit = (hidden: number, layers: number, heads: number, image: number, patch: number) => ({
  model_type: 'vit', hidden_size: hidden, num_hidden_layers: layers, num_attention_heads: heads, intermediate_size: 4 * hidden,
  image_size: image, patch_size: patch, layer_norm_eps: 1e-6, num_labels: 10,
});

/** DeiT-Tiny and ViT-S on small images. */
export const DEIT_TINY_96: Shape = { name: 'deit-tiny-96', batch: 16, config: vit(192, 12, 3, 96, 16) };
export const VIT_SMALL_96: Shape = { name: 'vit-small-96', batch: 16, config: vit(384, 12, 6, 96, 16) };

/** The bundled model, DeiT-Tiny on small images, and one block of ViT-S whose rows (batch x tokens) are 4.2 and 16.7 widths. */
export const SHAPES: Shape[] = [
  { name: 'vit-nano', batch: 16, config: vit(128, 4, 4, 32, 4) },
  DEIT_TINY_96,
  { name: 'vit-small block', batch: 32, config: vit(384, 1, 6, 56, 8) },
  { name: 'vit-small block', batch: 128, config: vit(384, 1, 6, 56, 8) },
];

/** Weights of a model by name, each from a seed of its own, so that every method starts from the same ones; gains are 1. */
export function modelWeights(trace: Trace): Record<string, Float32Array> {
  const entries = [...trace.weights].map(([name, shape], i) => [name, /norm.*weight$/.test(name) ? new Float32Array(sizeOf(shape)).fill(1) : randn(sizeOf(shape), 0.02, 1 + i)] as const);
  return Object.fromEntries(entries);
}
