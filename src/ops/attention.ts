import grid from '#shaders/lib/grid.wgsl?raw';
import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import source from '#shaders/attention.wgsl?raw';
import deltaSource from '#shaders/attention_backward_delta.wgsl?raw';
import kvSource from '#shaders/attention_backward_kv.wgsl?raw';
import qSource from '#shaders/attention_backward_q.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { freshGrad, passGrad } from './add';
import { flatGrid } from './grid';

const both = (name: string, text: string, libs: string[] = []) => ({
  1: kernel(`${name}.lanes1`, text, [lanes1, ...libs]),
  4: kernel(name, text, [lanes4, ...libs]),
});
const forward = both('attention', source);
const backwardDelta = both('attention_backward_delta', deltaSource, [grid]);
const backwardQ = both('attention_backward_q', qSource);
const backwardKv = both('attention_backward_kv', kvSource);

/** Floats of workgroup memory for one strip; two strips stay within the 16 KiB every device has. */
const STRIP_FLOATS = 1792;
const MAX_ROWS = 16;

/** Rows of a strip for T tokens. */
function stripRows(T: number, label: string): number {
  const rows = Math.min(MAX_ROWS, Math.floor(STRIP_FLOATS / T), T);
  if (rows < 1) fail(label, `${T} tokens are more than the ${STRIP_FLOATS} that one score row may have; use a smaller image`);
  return rows;
}

/** Multi-head softmax attention: q, k, v (B, T, C) with heads side by side in C; result (B, T, C). */
export function attention(q: Tensor, k: Tensor, v: Tensor, heads: number, causal = false, label = 'attention'): Tensor {
  const rec = recorder();
  const [B, T, C] = q.shape as [number, number, number];
  if (q.shape.length !== 3 || String(k.shape) !== String(q.shape) || String(v.shape) !== String(q.shape)) fail(label, 'q, k and v must be (B, T, C)', q.shape, k.shape, v.shape);
  if (C % heads) fail(label, `${heads} heads do not divide the width ${C}`);
  const D = C / heads;
  const lanes = D % 4 === 0 ? 4 : 1;
  const rows = stripRows(T, label);
  const shape = { T, heads, d: D / lanes, ld: C / lanes };
  const params = { ...shape, scale: 1 / Math.sqrt(D) };
  const overrides: Record<string, number> = { ROWS: rows, STRIP: rows * T, ...(causal ? { CAUSAL: 1 } : {}) };
  const groups = [Math.ceil(T / rows), B * heads];
  const needs = q.requiresGrad || k.requiresGrad || v.requiresGrad;
  const out = rec.temp(label, q.shape, needs);
  const lse = rec.temp(`${label} lse`, [B, heads, T]);
  rec.emit(forward[lanes], { tensors: { q, k, v, out, lse }, params, overrides, grid: groups, label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const count = B * heads * T;
    const delta = rec.temp(`${label} delta`, [B, heads, T]);
    rec.emit(backwardDelta[lanes], { tensors: { out, dout, delta }, params: { ...shape, count }, grid: flatGrid(count), label: `d ${label} delta` });
    freshGrad(q, (dq) => rec.emit(backwardQ[lanes], { tensors: { q, k, v, dout, lse, delta, dq }, params, overrides, grid: groups, label: `d ${label} q` }));
    if (k.requiresGrad || v.requiresGrad) {
      const dk = rec.temp(`d ${k.label}`, k.shape);
      const dv = rec.temp(`d ${v.label}`, v.shape);
      rec.emit(backwardKv[lanes], { tensors: { q, k, v, dout, lse, delta, dk, dv }, params, overrides, grid: groups, label: `d ${label} kv` });
      passGrad(k, dk);
      passGrad(v, dv);
    }
  });
  return out;
}
