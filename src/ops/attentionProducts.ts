import grid from '#shaders/lib/grid.wgsl?raw';
import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import masks from '#shaders/lib/mask.wgsl?raw';
import scoresLib from '#shaders/lib/attention_scores.wgsl?raw';
import packedLib from '#shaders/lib/packed.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import packedScoresSource from '#shaders/attention_scores.packed.wgsl?raw';
import packedWeighSource from '#shaders/attention_weigh.packed.wgsl?raw';
import scoresSource from '#shaders/attention_scores.wgsl?raw';
import softmaxSource from '#shaders/attention_softmax.wgsl?raw';
import weighSource from '#shaders/attention_weigh.wgsl?raw';
import type { Form, Forms } from '../engine/forms';
import { kernel, type Kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { onProcessor } from '../engine/report';
import type { Tensor } from '../engine/tensor';
import { maskOf, matrixShape, scaleOf, type AttentionBackward, type AttentionCall, type AttentionGrads } from './attentionCall';
import { statsOf } from './attentionFused';
import { flatGrid } from './grid';

const widths = (name: string, text: string, libs: string[] = []) => ({ 4: kernel(name, text, [lanes4, ...libs], { none, quads }), 1: kernel(`${name}.lanes1`, text, [none, lanes1, ...libs]) });
const scores = widths('attention_scores', scoresSource, [masks, scoresLib]);
const weigh = widths('attention_weigh', weighSource);
const packedScores = kernel('attention_scores.packed', packedScoresSource, [lanes4, masks, scoresLib, packedLib]);
const packedWeigh = kernel('attention_weigh.packed', packedWeighSource, [packedLib]);
const softmax = kernel('attention_softmax', softmaxSource, [grid]);

/** Stages of attention_scores.wgsl. */
const [FORWARD, RECOMPUTE, KEPT] = [0, 1, 2];

/** Blocks of 8 tokens by four of something, `across` of them in a row, a multiple of four so that quads lie in one row. */
function blocks({ B, heads, T }: AttentionCall, columns: number): { across: number; grid: Form['grid'] } {
  const across = 4 * Math.ceil(columns / 4);
  return { across, grid: [Math.ceil((Math.ceil(T / 8) * across) / 64), B * heads, 1] };
}

/** The form of a product of attention for the core of a processor beside the one that is recorded, where four channels go together. */
function withPacked(c: AttentionCall, kind: string, recorded: Form, packed: Kernel, columns: number): Form & { forms?: Forms } {
  if (c.lanes !== 4) return recorded;
  const of = { blocks: recorded, packed: { ...recorded, kernel: packed, grid: [Math.ceil(columns / 32), Math.ceil(c.T / 32), c.B * c.heads] } satisfies Form };
  return { ...recorded, forms: { kind: `attention ${kind}`, of, usual: ({ report }) => (onProcessor(report) ? 'packed' : 'blocks') } };
}

function emitScores(c: AttentionCall, stage: number, { dout, stats, probs, grads }: Record<'dout' | 'stats' | 'grads', Tensor | null> & { probs: Tensor }, label: string): void {
  const { q, k, v, T, heads, d, ld, ldOut, at } = c;
  const { across, grid } = blocks(c, Math.ceil(T / 4));
  const kernel = scores[c.lanes];
  const form = withPacked(c, 'scores', { kernel, overrides: { STAGE: stage, ...maskOf(c) }, grid }, packedScores, T);
  recorder().emit(kernel, {
    tensors: { q, k, v, dout, stats, mask: c.mask, probs, grads },
    params: { T, heads, d, ld, ld_out: ldOut, q_at: at.q, k_at: at.k, v_at: at.v, across, scale: scaleOf(c) },
    ...form,
    label,
  });
}

/** out = w x, or w^T x: rows of x and out `ld` lanes apart, from column `at` on. */
function emitWeigh(c: AttentionCall, transposed: boolean, w: Tensor, x: { t: Tensor; ld: number; at: number }, out: { t: Tensor; ld: number; at: number }, label: string): void {
  const { T, heads, d } = c;
  const { across, grid } = blocks(c, d);
  const kernel = weigh[c.lanes];
  const form = withPacked(c, 'weigh', { kernel, overrides: transposed ? { TRANSPOSED: 1 } : {}, grid }, packedWeigh, c.D);
  recorder().emit(kernel, {
    tensors: { w, x: x.t, out: out.t },
    params: { T, heads, d, ldx: x.ld, x_at: x.at, ldo: out.ld, o_at: out.at, across },
    ...form,
    label,
  });
}

/** Scores, softmax by rows, and the product with v; gives the probabilities. */
export function productsForward(c: AttentionCall, out: Tensor, lse: Tensor): Tensor {
  const rec = recorder();
  const { label, v, ld, ldOut, at } = c;
  const probs = rec.temp(`${label} P`, matrixShape(c));
  emitScores(c, FORWARD, { dout: null, stats: null, probs, grads: null }, `${label} scores`);
  const rows = c.B * c.heads * c.T;
  rec.emit(softmax, { tensors: { probs, lse }, params: { T: c.T, rows }, grid: flatGrid(rows), label: `${label} softmax` });
  emitWeigh(c, false, probs, { t: v, ld, at: at.v }, { t: out, ld: ldOut, at: 0 }, label);
  return probs;
}

/**
 * The backward as products: P, kept or made again, and dS as matrices, then dv = P^T dout, dq = dS k, dk = dS^T q. Their
 * memory is shared by all layers.
 */
export function productsBackward(c: AttentionCall, given: AttentionBackward, { dq, dk, dv }: AttentionGrads): void {
  const rec = recorder();
  const { label, q, k, ld, ldOut, at } = c;
  const { dout } = given;
  const probs = given.probs ?? rec.temp(`${label} P`, matrixShape(c));
  const grads = rec.temp(`d ${label} scores`, matrixShape(c));
  emitScores(c, given.probs ? KEPT : RECOMPUTE, { dout, stats: statsOf(c, given), probs, grads }, `d ${label} scores`);
  if (dv) emitWeigh(c, true, probs, { t: dout, ld: ldOut, at: 0 }, { t: dv, ld, at: at.v }, `d ${label} v`);
  if (dq) emitWeigh(c, false, grads, { t: k, ld, at: at.k }, { t: dq, ld, at: at.q }, `d ${label} q`);
  if (dk) emitWeigh(c, true, grads, { t: q, ld, at: at.q }, { t: dk, ld, at: at.k }, `d ${label} k`);
}
