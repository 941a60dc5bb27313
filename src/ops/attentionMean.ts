import source from '#shaders/attention_mean.wgsl?raw';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { maskOf, scaleOf, type AttentionCall } from './attentionCall';
import { laneKernels } from './lanes';

const kernels = laneKernels('attention_mean', source);

/** Mean over heads of an attention's probabilities, (B, T, ceil(T / 4) * 4) with zeros beyond T, from the `lse` of its forward. */
export function attentionMean(c: AttentionCall, lse: Tensor): Tensor {
  const rec = recorder();
  const { q, k, B, T, heads, d, ld, at, label } = c;
  const across = Math.ceil(T / 4);
  const out = rec.temp(`${label} mean`, [B, T, 4 * across]);
  rec.emit(kernels[c.lanes], {
    tensors: { q, k, lse, out },
    params: { T, heads, d, ld, q_at: at.q, k_at: at.k, scale: scaleOf(c) },
    overrides: maskOf(c),
    grid: [Math.ceil(across ** 2 / 64), B],
    label: `${label} mean`,
  });
  return out;
}
