import source from '#shaders/last_tokens.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';

const find = kernel('last_tokens', source);

/** Places (B) u32 of the last tokens whose mask (B, T) u32 is not 0. */
export function lastTokens(mask: Tensor): Tensor {
  const rec = recorder();
  const rows = rowsOf(mask);
  const out = rec.temp('last tokens', [rows], false, 'u32');
  rec.emit(find, { tensors: { mask, out }, params: { rows, T: lastOf(mask) }, grid: [Math.ceil(rows / 64)] });
  return out;
}
