import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/embed.wgsl?raw';
import backwardSource from '#shaders/embed_backward.wgsl?raw';
import patchifySource from '#shaders/patchify.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { batchSumGrad } from './batchSum';
import { flatGrid } from './grid';

const patchifyKernel = kernel('patchify', patchifySource, [grid]);
const forward = kernel('embed', source, [grid]);
const backward = kernel('embed_backward', backwardSource, [grid]);

/** Cuts pixel_values (B, c, H, W) into rows (B, T, c * P * P), so that the patch embedding is a linear layer. */
export function patchify(pixels: Tensor, patch: number): Tensor {
  const [B, channels, height, width] = pixels.shape as [number, number, number, number];
  if (height % patch || width % patch) fail('patchify', `patches of ${patch} do not tile the image`, pixels.shape);
  const rec = recorder();
  const out = rec.temp('patches', [B, (height / patch) * (width / patch), channels * patch * patch]);
  const count = sizeOf(out.shape);
  rec.emit(patchifyKernel, { tensors: { pixels, out }, params: { count, channels, height, width, side: patch }, grid: flatGrid(count) });
  return out;
}

/** Class token in front of patches (B, T - 1, C), positions (T, C) added; result (B, T, C). */
export function embed(patches: Tensor, cls: Tensor, positions: Tensor): Tensor {
  const rec = recorder();
  const [B, tokens, width] = patches.shape as [number, number, number];
  const T = tokens + 1;
  if (sizeOf(positions.shape) !== T * width || sizeOf(cls.shape) !== width) fail('embed', 'class token (C) and positions (T, C) do not fit the patches (B, T - 1, C)', cls.shape, positions.shape, patches.shape);
  const out = rec.temp('embeddings', [B, T, width], patches.requiresGrad || cls.requiresGrad || positions.requiresGrad);
  const count = B * T * width;
  rec.emit(forward, { tensors: { patches, cls, positions, out }, params: { count, T, width }, grid: flatGrid(count), label: 'embed' });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    batchSumGrad(positions, dout, 0);
    batchSumGrad(cls, dout, 0);
    freshGrad(patches, (dpatches) => {
      const n = sizeOf(dpatches.shape);
      rec.emit(backward, { tensors: { dout, dpatches }, params: { count: n, T, width }, grid: flatGrid(n), label: 'd patches' });
    });
  });
  return out;
}
