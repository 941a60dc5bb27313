import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import source from '#shaders/attention_backward_head.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { maskOf, scaleOf, type AttentionBackward, type AttentionCall, type AttentionGrads } from './attentionCall';
import { statsOf } from './attentionFused';

const kernels = {
  4: kernel('attention_backward_head', source, [lanes4], { none, quads }),
  1: kernel('attention_backward_head.lanes1', source, [none, lanes1]),
};

/** vec4s in the 16 KiB of workgroup memory that every device has. */
const WORKGROUP_MEMORY = 1024;
/** vec4s of a head's probabilities, in steps so that few sizes are compiled. */
const sizeOf = ({ T }: Pick<AttentionCall, 'T'>) => 256 * Math.ceil((T * Math.ceil(T / 4)) / 256);

/** True if the probabilities of a head fit into workgroup memory, up to 64 tokens, and no mask hides some of them: its bindings are all taken. */
export const headTakes = (c: Pick<AttentionCall, 'T'> & Partial<Pick<AttentionCall, 'mask'>>): boolean => !c.mask && sizeOf(c) <= WORKGROUP_MEMORY;

/** The backward in one kernel, a workgroup for each head; no scratch in storage. */
export function headBackward(c: AttentionCall, given: AttentionBackward, grads: AttentionGrads): void {
  const rec = recorder();
  const { q, k, v, T, B, heads, d, ld, ldOut, at, label } = c;
  const { dout } = given;
  const packed = grads.dq !== null && grads.dq === grads.dk;
  // What nobody wants is written all the same; what is not written must still not be bound twice.
  const own = (grad: Tensor | null, t: Tensor) => (packed ? rec.temp('none', [4]) : (grad ?? rec.temp(`d ${t.label}`, t.shape)));
  const dq = grads.dq ?? rec.temp(`d ${q.label}`, q.shape);
  rec.emit(kernels[c.lanes], {
    tensors: { q, k, v, dout, stats: statsOf(c, given), dq, dk: own(grads.dk, k), dv: own(grads.dv, v) },
    params: { T, heads, d, ld, ld_out: ldOut, q_at: at.q, k_at: at.k, v_at: at.v, scale: scaleOf(c) },
    overrides: { SIZE: sizeOf(c), ...maskOf(c), ...(packed ? { PACKED: 1 } : {}) },
    grid: [B * heads],
    label: `d ${label}`,
  });
}
