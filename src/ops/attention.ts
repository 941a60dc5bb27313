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
import { laneKernels, lanesOf, type Lanes } from './lanes';

/** By what divides the head size: 16 gives quads of invocations that share what they load, 4 only vec4 loads. */
const forms = (name: string, text: string) => ({ 16: kernel(name, text, [lanes4], { none, quads }), 4: kernel(`${name}.lanes4`, text, [none, lanes4]), 1: kernel(`${name}.lanes1`, text, [none, lanes1]) });
const forwardKernels = forms('attention', source);
const backwardKernels = forms('attention_backward', backwardSource);
const deltaKernels = laneKernels('attention_backward_delta', deltaSource, [grid]);

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
  if (q.shape.length !== 3 || String(k.shape) !== String(q.shape) || String(v.shape) !== String(q.shape)) fail(label, 'q, k and v must be (B, T, C)', q.shape, k.shape, v.shape);
  const call = check({ q, k, v }, q.shape, q.shape[2]!, heads, causal, label);
  const rec = recorder();
  const { out, lse } = forward(call, q.requiresGrad || k.requiresGrad || v.requiresGrad);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const backward = backwards(call, { out, dout, lse });
    freshGrad(q, (dq) => backward.q(dq));
    if (!k.requiresGrad && !v.requiresGrad) return;
    const dk = rec.temp(`d ${k.label}`, k.shape);
    const dv = rec.temp(`d ${v.label}`, v.shape);
    backward.kv(dk, dv);
    passGrad(k, dk);
    passGrad(v, dv);
  });
  return out;
}

/** As `attention`, of q, k and v as one product makes them: qkv (B, T, 3 C) with columns q | k | v; result (B, T, C). */
export function packedAttention(qkv: Tensor, heads: number, causal = false, label = 'attention'): Tensor {
  const [B, T, width] = qkv.shape as [number, number, number];
  if (qkv.shape.length !== 3 || width % 3) fail(label, 'q, k and v side by side must be (B, T, 3 C)', qkv.shape);
  const call = check({ q: qkv, k: qkv, v: qkv }, [B, T, width / 3], width, heads, causal, label);
  const rec = recorder();
  const { out, lse } = forward(call, qkv.requiresGrad);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    freshGrad(qkv, (dqkv) => {
      const backward = backwards(call, { out, dout, lse });
      backward.q(dqkv);
      backward.kv(dqkv, dqkv);
    });
  });
  return out;
}

/** One attention: where q, k and v lie, sizes in lanes (four channels, or one), and the mask. */
interface Call extends Record<'q' | 'k' | 'v', Tensor> {
  label: string;
  /** Of the result. */
  shape: readonly number[];
  heads: number;
  causal: boolean;
  lanes: Lanes;
  form: 1 | 4 | 16;
  /** Lanes of a head; of a row of q, k and v; of a row of the result; and columns where q, k and v begin. */
  d: number;
  ld: number;
  ldOut: number;
  at: Record<'q' | 'k' | 'v', number>;
}

function check(qkv: Record<'q' | 'k' | 'v', Tensor>, shape: readonly number[], width: number, heads: number, causal: boolean, label: string): Call {
  const C = shape[2]!;
  if (C % heads) fail(label, `${heads} heads do not divide the width ${C}`);
  const D = C / heads;
  const lanes = lanesOf(D);
  if (D / lanes > MOST_INVOCATIONS) fail(label, `a head of ${D / lanes} lanes is more than the ${MOST_INVOCATIONS} invocations of a workgroup`);
  const step = width === C ? 0 : C / lanes;
  return { ...qkv, label, shape, heads, causal, lanes, form: D % 16 === 0 ? 16 : lanes, d: D / lanes, ld: width / lanes, ldOut: C / lanes, at: { q: 0, k: step, v: 2 * step } };
}

function forward({ q, k, v, label, shape, heads, causal, form, lanes, d, ld, ldOut, at }: Call, requiresGrad: boolean): { out: Tensor; lse: Tensor } {
  const rec = recorder();
  const [B, T] = shape as [number, number, number];
  // The forward keeps a maximum of eight rows for each invocation besides.
  const { overrides, blocks } = tiling(T, d, (invocations) => WORKGROUP_MEMORY - 2 * invocations);
  const out = rec.temp(label, shape, requiresGrad);
  const lse = rec.temp(`${label} lse`, [B, heads, T]);
  rec.emit(forwardKernels[form], {
    tensors: { q, k, v, out, lse },
    params: { T, heads, d, ld, ld_out: ldOut, q_at: at.q, k_at: at.k, v_at: at.v, scale: scaleOf(d * lanes) },
    overrides: { ...overrides, ...maskOf(causal) },
    grid: [blocks, B * heads],
    label,
  });
  return { out, lse };
}

const scaleOf = (D: number) => 1 / Math.sqrt(D);
const maskOf = (causal: boolean): Record<string, number> => (causal ? { CAUSAL: 1 } : {});

/** The backward of a call, in dispatches that write the gradient of q, and those of k and v (into one tensor where these are packed). */
function backwards({ q, k, v, label, shape, heads, causal, form, lanes, d, ld, ldOut, at }: Call, { out, dout, lse }: Record<'out' | 'dout' | 'lse', Tensor>) {
  const rec = recorder();
  const [B, T] = shape as [number, number, number];
  const count = B * heads * T;
  const delta = rec.temp(`${label} delta`, [B, heads, T]);
  rec.emit(deltaKernels[lanes], { tensors: { out, dout, delta }, params: { T, heads, d, ld: ldOut, count }, grid: flatGrid(count), label: `d ${label} delta` });
  // Two strips in workgroup memory.
  const { overrides, blocks } = tiling(T, d, () => WORKGROUP_MEMORY / 2);
  const shared = { T, heads, d, ld, ld_out: ldOut, scale: scaleOf(d * lanes) };
  const all = { ...overrides, ...maskOf(causal) };
  const grid = [blocks, B * heads];
  return {
    q: (dq: Tensor) =>
      rec.emit(backwardKernels[form], {
        tensors: { a_mine: q, a_other: k, b_mine: dout, b_other: v, lse, delta, da: dq, db: null },
        params: { ...shared, a_mine_at: at.q, a_other_at: at.k, b_mine_at: 0, b_other_at: at.v, da_at: at.q, db_at: 0 },
        overrides: all,
        grid,
        label: `d ${label} q`,
      }),
    kv: (dk: Tensor, dv: Tensor) =>
      rec.emit(backwardKernels[form], {
        tensors: { a_mine: k, a_other: q, b_mine: v, b_other: dout, lse, delta, da: dk, db: dv === dk ? null : dv },
        params: { ...shared, a_mine_at: at.k, a_other_at: at.q, b_mine_at: at.v, b_other_at: 0, da_at: at.k, db_at: at.v },
        overrides: { ...all, KV: 1, ...(dv === dk ? { PACKED: 1 } : {}) },
        grid,
        label: `d ${label} kv`,
      }),
  };
}
