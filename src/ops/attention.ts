import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/attention.wgsl?raw';
import backwardSource from '#shaders/attention_backward.wgsl?raw';
import deltaSource from '#shaders/attention_backward_delta.wgsl?raw';
import { fail } from '../engine/errors';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { freshGrad, passGrad } from './add';
import { flatGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

const forward = laneKernels('attention', source);
const backwardDelta = laneKernels('attention_backward_delta', deltaSource, [grid]);
const backward = laneKernels('attention_backward', backwardSource);

/** Invocations that a workgroup should have. */
const INVOCATIONS = 64;
/** vec4s of workgroup memory for one strip: two of them, or one and the forward's sums, stay within the 16 KiB every device has. */
const STRIP = 448;
const MOST_INVOCATIONS = 256;

/** How a head of T tokens and `d` lanes is cut: quads of tokens that a workgroup owns, and tokens of the other side in a tile. */
function tiling(T: number, d: number, label: string): { overrides: Record<string, number>; blocks: number } {
  if (d > MOST_INVOCATIONS) fail(label, `a head of ${d} lanes is more than the ${MOST_INVOCATIONS} invocations of a workgroup`);
  const evenly = (n: number, most: number) => Math.ceil(n / Math.ceil(n / most));
  const all = Math.ceil(T / 4);
  const quads = evenly(all, Math.max(1, Math.floor(INVOCATIONS / d)));
  const keys = 4 * evenly(all, Math.floor(STRIP / quads / 4));
  return { overrides: { WG: quads * d, QUADS: quads, KEYS: keys, STRIP: quads * keys }, blocks: Math.ceil(all / quads) };
}

/** Multi-head softmax attention: q, k, v (B, T, C) with heads side by side in C; result (B, T, C). */
export function attention(q: Tensor, k: Tensor, v: Tensor, heads: number, causal = false, label = 'attention'): Tensor {
  const rec = recorder();
  const [B, T, C] = q.shape as [number, number, number];
  if (q.shape.length !== 3 || String(k.shape) !== String(q.shape) || String(v.shape) !== String(q.shape)) fail(label, 'q, k and v must be (B, T, C)', q.shape, k.shape, v.shape);
  if (C % heads) fail(label, `${heads} heads do not divide the width ${C}`);
  const D = C / heads;
  const lanes = lanesOf(D);
  const shape = { T, heads, d: D / lanes, ld: C / lanes };
  const params = { ...shape, scale: 1 / Math.sqrt(D) };
  const tiles = tiling(T, shape.d, label);
  const overrides: Record<string, number> = { ...tiles.overrides, ...(causal ? { CAUSAL: 1 } : {}) };
  const grid = [tiles.blocks, B * heads];
  const needs = q.requiresGrad || k.requiresGrad || v.requiresGrad;
  const out = rec.temp(label, q.shape, needs);
  const lse = rec.temp(`${label} lse`, [B, heads, T]);
  rec.emit(forward[lanes], { tensors: { q, k, v, out, lse }, params, overrides, grid, label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const count = B * heads * T;
    const delta = rec.temp(`${label} delta`, [B, heads, T]);
    rec.emit(backwardDelta[lanes], { tensors: { out, dout, delta }, params: { ...shape, count }, grid: flatGrid(count), label: `d ${label} delta` });
    const kept = { lse, delta };
    freshGrad(q, (dq) => rec.emit(backward[lanes], { tensors: { a_mine: q, a_other: k, b_mine: dout, b_other: v, ...kept, da: dq, db: null }, params, overrides, grid, label: `d ${label} q` }));
    if (k.requiresGrad || v.requiresGrad) {
      const dk = rec.temp(`d ${k.label}`, k.shape);
      const dv = rec.temp(`d ${v.label}`, v.shape);
      rec.emit(backward[lanes], { tensors: { a_mine: k, a_other: q, b_mine: v, b_other: dout, ...kept, da: dk, db: dv }, params, overrides: { ...overrides, KV: 1 }, grid, label: `d ${label} kv` });
      passGrad(k, dk);
      passGrad(v, dv);
    }
  });
  return out;
}
