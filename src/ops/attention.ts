import grid from '#shaders/lib/grid.wgsl?raw';
import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import source from '#shaders/attention.wgsl?raw';
import backwardSource from '#shaders/attention_backward.wgsl?raw';
import deltaSource from '#shaders/attention_backward_delta.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { freshGrad, passGrad } from './add';
import { flatGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

/** By what divides the head size: 16 gives quads of invocations that share what they load, 4 only vec4 loads. */
const forms = (name: string, text: string) => ({ 16: kernel(name, text, [lanes4], { none, quads }), 4: kernel(`${name}.lanes4`, text, [none, lanes4]), 1: kernel(`${name}.lanes1`, text, [none, lanes1]) });
const forward = forms('attention', source);
const backward = forms('attention_backward', backwardSource);
const backwardDelta = laneKernels('attention_backward_delta', deltaSource, [grid]);

/** Invocations that a workgroup should have, and may have at most. */
const INVOCATIONS = 64;
const MOST_INVOCATIONS = 128;
/** vec4s in the 16 KiB of workgroup memory that every device has. */
const WORKGROUP_MEMORY = 1024;

/**
 * How a head of T tokens and `d` lanes is cut: tokens that a workgroup owns, eight at a time, and tokens of the other
 * side in a tile, whose strip of two vec4 for each eight fits into `memory` vec4s.
 */
function tiling(T: number, d: number, memory: (invocations: number) => number): { overrides: Record<string, number>; blocks: number } {
  const evenly = (n: number, most: number) => Math.ceil(n / Math.ceil(n / most));
  const all = Math.ceil(T / 8);
  const octs = evenly(all, Math.max(1, Math.floor(INVOCATIONS / d)));
  const keys = 4 * evenly(Math.ceil(T / 4), Math.floor(memory(octs * d) / octs / 8));
  return { overrides: { WG: octs * d, OCTS: octs, KEYS: keys, STRIP: octs * 2 * keys }, blocks: Math.ceil(all / octs) };
}

/** Multi-head softmax attention: q, k, v (B, T, C) with heads side by side in C; result (B, T, C). */
export function attention(q: Tensor, k: Tensor, v: Tensor, heads: number, causal = false, label = 'attention'): Tensor {
  const rec = recorder();
  const [B, T, C] = q.shape as [number, number, number];
  if (q.shape.length !== 3 || String(k.shape) !== String(q.shape) || String(v.shape) !== String(q.shape)) fail(label, 'q, k and v must be (B, T, C)', q.shape, k.shape, v.shape);
  if (C % heads) fail(label, `${heads} heads do not divide the width ${C}`);
  const D = C / heads;
  const lanes = lanesOf(D);
  const form = D % 16 === 0 ? 16 : lanes;
  if (D / lanes > MOST_INVOCATIONS) fail(label, `a head of ${D / lanes} lanes is more than the ${MOST_INVOCATIONS} invocations of a workgroup`);
  const shape = { T, heads, d: D / lanes, ld: C / lanes };
  const params = { ...shape, scale: 1 / Math.sqrt(D) };
  const mask: Record<string, number> = causal ? { CAUSAL: 1 } : {};
  // The forward keeps a maximum of eight rows for each invocation besides; the backward has two strips.
  const tiles = tiling(T, shape.d, (invocations) => WORKGROUP_MEMORY - 2 * invocations);
  const backwardTiles = tiling(T, shape.d, () => WORKGROUP_MEMORY / 2);
  const needs = q.requiresGrad || k.requiresGrad || v.requiresGrad;
  const out = rec.temp(label, q.shape, needs);
  const lse = rec.temp(`${label} lse`, [B, heads, T]);
  rec.emit(forward[form], { tensors: { q, k, v, out, lse }, params, overrides: { ...tiles.overrides, ...mask }, grid: [tiles.blocks, B * heads], label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const count = B * heads * T;
    const delta = rec.temp(`${label} delta`, [B, heads, T]);
    rec.emit(backwardDelta[lanes], { tensors: { out, dout, delta }, params: { ...shape, count }, grid: flatGrid(count), label: `d ${label} delta` });
    const kept = { lse, delta };
    const overrides = { ...backwardTiles.overrides, ...mask };
    const grid = [backwardTiles.blocks, B * heads];
    freshGrad(q, (dq) => rec.emit(backward[form], { tensors: { a_mine: q, a_other: k, b_mine: dout, b_other: v, ...kept, da: dq, db: null }, params, overrides, grid, label: `d ${label} q` }));
    if (k.requiresGrad || v.requiresGrad) {
      const dk = rec.temp(`d ${k.label}`, k.shape);
      const dv = rec.temp(`d ${v.label}`, v.shape);
      rec.emit(backward[form], { tensors: { a_mine: k, a_other: q, b_mine: v, b_other: dout, ...kept, da: dk, db: dv }, params, overrides: { ...overrides, KV: 1 }, grid, label: `d ${label} kv` });
      passGrad(k, dk);
      passGrad(v, dv);
    }
  });
  return out;
}
