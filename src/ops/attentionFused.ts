import grid from '#shaders/lib/grid.wgsl?raw';
import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import masks from '#shaders/lib/mask.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import source from '#shaders/attention.wgsl?raw';
import backwardSource from '#shaders/attention_backward.wgsl?raw';
import deltaSource from '#shaders/attention_backward_delta.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { maskOf, scaleOf, type AttentionBackward, type AttentionCall, type AttentionGrads } from './attentionCall';
import { cuts } from './cut';
import { flatGrid } from './grid';
import { laneKernels } from './lanes';

/** By what divides the head size: 16 gives quads of invocations that share what they load, 4 only vec4 loads. */
const widths = (name: string, text: string) => ({ 16: kernel(name, text, [lanes4, masks], { none, quads }), 4: kernel(`${name}.lanes4`, text, [none, lanes4, masks]), 1: kernel(`${name}.lanes1`, text, [none, lanes1, masks]) });
const forwardKernels = widths('attention', source);
const backwardKernels = widths('attention_backward', backwardSource);
const deltaKernels = laneKernels('attention_backward_delta', deltaSource, [grid]);
const widthOf = ({ D, lanes }: AttentionCall) => (D % 16 === 0 ? 16 : lanes);

/** Invocations that a workgroup should have, and may have at most. */
const INVOCATIONS = 64;
const MOST_INVOCATIONS = 128;
/** vec4s in the 16 KiB of workgroup memory that every device has. */
const WORKGROUP_MEMORY = 1024;

/** True if the fused kernels can take heads of so many channels: a workgroup has an invocation for each lane at least. */
export const fusedTakes = (D: number): boolean => D / (D % 4 === 0 ? 4 : 1) <= MOST_INVOCATIONS;

/**
 * Cut of a head of T tokens and `d` lanes: tokens that a workgroup owns, eight at a time, and tokens of the other
 * side in a tile, whose strip of two vec4 for each eight fits into `memory` vec4s.
 */
function tiling({ T, d }: AttentionCall, memory: (invocations: number) => number): { overrides: Record<string, number>; blocks: number } {
  const evenly = (n: number, most: number) => Math.ceil(n / Math.ceil(n / most));
  const all = Math.ceil(T / 8);
  const octs = evenly(all, Math.max(1, Math.floor(INVOCATIONS / d)));
  const keys = 4 * evenly(Math.ceil(T / 4), Math.floor(memory(octs * d) / octs / 8));
  return { overrides: { WG: octs * d, OCTS: octs, KEYS: keys, STRIP: octs * 2 * keys }, blocks: Math.ceil(all / octs) };
}

/** The heads of all images, of which each has so many products of T x T x D, as dispatches. */
const byHeads = ({ B, heads, T, D }: AttentionCall, products: number) => cuts(B * heads, 2 * products * B * heads * T * T * D);

/** out = softmax(scale q k^T) v in one kernel, and lse. */
export function fusedForward(c: AttentionCall, out: Tensor, lse: Tensor): void {
  const { q, k, v, T, heads, d, ld, ldOut, at, label } = c;
  // The kernel keeps a maximum of eight rows for each invocation besides.
  const { overrides, blocks } = tiling(c, (invocations) => WORKGROUP_MEMORY - 2 * invocations);
  for (const { first, count, work } of byHeads(c, 2)) {
    recorder().emit(forwardKernels[widthOf(c)], {
      tensors: { q, k, v, out, lse, mask: c.mask },
      params: { T, heads, d, ld, ld_out: ldOut, q_at: at.q, k_at: at.k, v_at: at.v, scale: scaleOf(c), first },
      overrides: { ...overrides, ...maskOf(c) },
      grid: [blocks, count],
      label,
      work,
    });
  }
}

/** Of each query and head, (B, heads, T, 2): lse, and delta = dout . out. */
export function statsOf({ B, T, heads, d, ldOut, lanes, label }: AttentionCall, { out, dout, lse }: AttentionBackward): Tensor {
  const rec = recorder();
  const count = B * heads * T;
  const stats = rec.temp(`${label} delta`, [B, heads, T, 2]);
  rec.emit(deltaKernels[lanes], { tensors: { out, dout, lse, stats }, params: { T, heads, d, ld: ldOut, count }, grid: flatGrid(count), label: `d ${label} delta` });
  return stats;
}

/** The backward in two kernels that make P again, one by queries and one by keys; no scratch of T x T. */
export function fusedBackward(c: AttentionCall, given: AttentionBackward, { dq, dk, dv }: AttentionGrads): void {
  const rec = recorder();
  const { q, k, v, T, heads, d, ld, ldOut, at, label } = c;
  const { dout } = given;
  const stats = statsOf(c, given);
  // Two strips in workgroup memory.
  const { overrides, blocks } = tiling(c, () => WORKGROUP_MEMORY / 2);
  const shared = { T, heads, d, ld, ld_out: ldOut, scale: scaleOf(c) };
  const all = { ...overrides, ...maskOf(c) };
  const kernel = backwardKernels[widthOf(c)];
  if (dq) {
    for (const { first, count, work } of byHeads(c, 3)) {
      rec.emit(kernel, {
        tensors: { a_mine: q, a_other: k, b_mine: dout, b_other: v, stats, mask: c.mask, da: dq, db: null },
        params: { ...shared, a_mine_at: at.q, a_other_at: at.k, b_mine_at: 0, b_other_at: at.v, da_at: at.q, db_at: 0, first },
        overrides: all,
        grid: [blocks, count],
        label: `d ${label} q`,
        work,
      });
    }
  }
  if (dk || dv) {
    const packed = dk === dv;
    const da = dk ?? rec.temp(`d ${k.label}`, k.shape);
    const db = packed ? null : (dv ?? rec.temp(`d ${v.label}`, v.shape));
    for (const { first, count, work } of byHeads(c, 4)) {
      rec.emit(kernel, {
        tensors: { a_mine: k, a_other: q, b_mine: v, b_other: dout, stats, mask: c.mask, da, db },
        params: { ...shared, a_mine_at: at.k, a_other_at: at.q, b_mine_at: at.v, b_other_at: 0, da_at: at.k, db_at: at.v, first },
        overrides: { ...all, KV: 1, ...(packed ? { PACKED: 1 } : {}) },
        grid: [blocks, count],
        label: `d ${label} kv`,
        work,
      });
    }
  }
}
