import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/grouped_attention.wgsl?raw';
import backwardSource from '#shaders/grouped_attention_backward.wgsl?raw';
import statsSource from '#shaders/grouped_attention_backward_stats.wgsl?raw';
import spansSource from '#shaders/spans.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { cuts, type Cut } from './cut';
import { flatGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

const forward = laneKernels('grouped_attention', source);
const backward = laneKernels('grouped_attention_backward', backwardSource);
const statistics = laneKernels('grouped_attention_backward_stats', statsSource, [grid]);
const spansKernel = kernel('spans', spansSource, [grid]);

/** Invocations that a workgroup should have, and may have at most. */
const INVOCATIONS = 64;
const MOST_INVOCATIONS = 128;
/** Up to so many tokens the backward makes what it needs of the result again from P, which costs little there, so that no layer's result is kept for it. */
const RESULT_MADE_AGAIN = 1024;
/** vec4s in the 16 KiB of workgroup memory that every device has. */
const WORKGROUP_MEMORY = 1024;

/** Numbers of heads of queries, and of keys and values, each of which serves as many of the former as the other. */
export interface Heads {
  heads: number;
  kv_heads: number;
}

/**
 * Tokens that each token sees, for `groupedAttention`, (B, T, 3) u32: in each row those of the same number in the mask (B, T) u32, up to
 * the token itself, at most `window` of them; none where the mask is 0. Numbers other than 0 and 1 tell documents in one row apart.
 */
export function spans(mask: Tensor, window = 0xffffffff): Tensor {
  const rec = recorder();
  const count = sizeOf(mask.shape);
  const out = rec.temp('spans', [...mask.shape, 3], false, 'u32');
  rec.emit(spansKernel, { tensors: { mask, spans: out }, params: { count, T: lastOf(mask), window: Math.min(window, 0xffffffff) }, grid: flatGrid(count) });
  return out;
}

/**
 * Causal attention of heads that share keys and values: q (B, T, heads D), k and v (B, T, kv_heads D) as three tensors; q, and k and v side
 * by side in one; or all side by side in one. `seen` comes from `spans`. Result (B, T, heads D), zero where a token sees nothing.
 */
export function groupedAttention(qkv: Tensor | Tensor[], seen: Tensor, { heads, kv_heads }: Heads, label = 'attention'): Tensor {
  const rec = recorder();
  const c = callOf(Array.isArray(qkv) ? qkv : [qkv], seen, { heads, kv_heads }, label);
  const { q, k, v, B, T, D, lanes } = c;
  const out = rec.temp(label, [B, T, heads * D], [q, k, v].some((t) => t.requiresGrad));
  const lse = rec.temp(`${label} lse`, [B, heads, T]);
  // The kernel keeps a maximum of eight rows for each invocation besides.
  const { overrides, blocks } = tiling(c, (invocations) => WORKGROUP_MEMORY - 2 * invocations);
  for (const { places, rows, work } of dispatches(c, B * heads, blocks, 2)) {
    rec.emit(forward[lanes], {
      tensors: { q, k, v, spans: seen, out, lse },
      params: { ...c.params, q_at: c.at.q, k_at: c.at.k, v_at: c.at.v, first: places.first, block: rows.first },
      overrides,
      grid: [rows.count, places.count],
      label,
      work,
    });
  }
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) gradients(c, { seen, dout, stats: statsOf(c, seen, out, dout, lse) });
  });
  return out;
}

interface Call extends Record<'q' | 'k' | 'v', Tensor> {
  label: string;
  B: number;
  T: number;
  /** Channels of a head, and lanes that are taken at a time. */
  D: number;
  lanes: 1 | 4;
  /** Columns, in lanes, where q, k and v begin. */
  at: Record<'q' | 'k' | 'v', number>;
  /** Of both kernels, in lanes. */
  params: { T: number; heads: number; group: number; d: number; ld_q: number; ld_kv: number; ld_out: number; scale: number };
}

function callOf(given: Tensor[], seen: Tensor, { heads, kv_heads }: Heads, label: string): Call {
  const [q, k = q, v = k] = given as [Tensor, ...Tensor[]];
  const parts = given.length === 1 ? heads + 2 * kv_heads : heads;
  const D = lastOf(q) / parts;
  const [B, T] = q.shape as [number, number];
  const fits = q.shape.length === 3 && Number.isInteger(D) && heads % kv_heads === 0 && sizeOf(seen.shape) === 3 * B * T;
  if (!fits || [k, v].some((t) => rowsOf(t) !== B * T) || (given.length > 1 && lastOf(k) !== (given.length === 2 ? 2 : 1) * kv_heads * D)) {
    fail(label, `${heads} heads and ${kv_heads} of keys and values do not fit q, k, v (B, T, ...) and spans (B, T, 3)`, ...given.map(({ shape }) => shape), seen.shape);
  }
  const lanes = lanesOf(D);
  const d = D / lanes;
  if (d > MOST_INVOCATIONS) fail(label, `heads of ${D} channels are wider than the kernel takes`, q.shape);
  const [k_at, v_at] = given.length === 1 ? [heads * d, (heads + kv_heads) * d] : given.length === 2 ? [0, kv_heads * d] : [0, 0];
  return {
    q, k, v, label, B, T, D, lanes,
    at: { q: 0, k: k_at, v: v_at },
    params: { T, heads, group: heads / kv_heads, d, ld_q: lastOf(q) / lanes, ld_kv: lastOf(k) / lanes, ld_out: heads * d, scale: 1 / Math.sqrt(D) },
  };
}

/**
 * Cut of a head: tokens that a workgroup owns, eight at a time, and tokens of the other side in a tile, whose strip of two vec4 for
 * each eight fits into `memory` vec4s. Numbers of tokens share their cuts with those near them, so that few kernels are compiled.
 */
function tiling({ T, params: { d } }: Call, memory: (invocations: number) => number): { overrides: Record<string, number>; blocks: number } {
  const upTo = (n: number, most: number) => 2 ** Math.min(Math.ceil(Math.log2(n)), Math.floor(Math.log2(most)));
  const all = Math.ceil(T / 8);
  const octs = upTo(all, Math.max(1, Math.floor(INVOCATIONS / d)));
  const keys = 4 * upTo(Math.ceil(T / 4), Math.floor(memory(octs * d) / octs / 8));
  return { overrides: { WG: octs * d, OCTS: octs, KEYS: keys, STRIP: octs * 2 * keys }, blocks: Math.ceil(all / octs) };
}

/** Work of a product of all tokens of all heads by those that they see, in rows of one document each. */
const seenWork = ({ B, T, D, params: { heads } }: Call) => B * heads * T * T * D;

/** The heads of all rows (`places`) by the blocks of each as dispatches, of so many products in all: by heads, and where one takes too long by its blocks, of which the dearest takes twice the mean. */
function dispatches(c: Call, places: number, blocks: number, products: number): { places: Cut; rows: Cut; work: number }[] {
  return cuts(places, products * seenWork(c)).flatMap((of) => cuts(blocks, (of.count > 1 ? 1 : 2) * of.work).map((rows) => ({ places: of, rows, work: rows.work })));
}

function statsOf(c: Call, seen: Tensor, out: Tensor, dout: Tensor, lse: Tensor): Tensor {
  const rec = recorder();
  const { q, k, v, at, B, T, lanes, label, params } = c;
  const count = B * params.heads * T;
  const kept = T > RESULT_MADE_AGAIN;
  const stats = rec.temp(`${label} stats`, [B, params.heads, T, 2]);
  for (const { first, count: here, work } of cuts(count, kept ? 1 : 2 * seenWork(c), 64)) {
    rec.emit(statistics[lanes], {
      tensors: { q: kept ? null : q, k: kept ? null : k, v: kept ? null : v, spans: kept ? null : seen, out: kept ? out : null, dout, lse, stats },
      params: { ...params, q_at: at.q, k_at: at.k, v_at: at.v, first, count: first + here },
      overrides: kept ? { KEPT: 1 } : {},
      grid: flatGrid(here),
      label: `d ${label} stats`,
      work,
    });
  }
  return stats;
}

/** Both kernels of the backward, into gradients of the tensors that q, k and v are columns of. */
function gradients(c: Call, given: { seen: Tensor; dout: Tensor; stats: Tensor }): void {
  const { q, k, v } = c;
  const of = (t: Tensor, write: (grad: Tensor) => void) => freshGrad(t, write);
  if (k.storage === q.storage) return of(q, (grad) => (forQueries(c, given, grad), forKeys(c, given, grad, grad)));
  of(q, (grad) => forQueries(c, given, grad));
  if (v.storage === k.storage) return of(k, (grad) => forKeys(c, given, grad, grad));
  // One of them may be frozen: the other's gradient comes with its own.
  const rec = recorder();
  const scratch = (t: Tensor) => rec.temp(`d ${t.label}`, t.shape);
  if (!v.requiresGrad) return of(k, (dk) => forKeys(c, given, dk, scratch(v)));
  of(v, (dv) => {
    if (!k.requiresGrad) forKeys(c, given, scratch(k), dv);
    else of(k, (dk) => forKeys(c, given, dk, dv));
  });
}

function forQueries(c: Call, { seen, dout, stats }: { seen: Tensor; dout: Tensor; stats: Tensor }, dq: Tensor): void {
  const { q, k, v, at, lanes, label, params } = c;
  const { overrides, blocks } = tiling(c, () => WORKGROUP_MEMORY / 2);
  for (const { places, rows, work } of dispatches(c, c.B * params.heads, blocks, 3)) {
    recorder().emit(backward[lanes], {
      tensors: { a_mine: q, a_other: k, b_mine: dout, b_other: v, stats, spans: seen, da: dq, db: null },
      params: { ...params, a_mine_at: at.q, a_other_at: at.k, b_mine_at: 0, b_other_at: at.v, da_at: at.q, db_at: 0, first: places.first, block: rows.first },
      overrides,
      grid: [rows.count, places.count],
      label: `d ${label} q`,
      work,
    });
  }
}

function forKeys(c: Call, { seen, dout, stats }: { seen: Tensor; dout: Tensor; stats: Tensor }, dk: Tensor, dv: Tensor): void {
  const { q, k, v, at, lanes, label, params } = c;
  const packed = dk === dv;
  const { overrides, blocks } = tiling(c, () => WORKGROUP_MEMORY / 2);
  for (const { places, rows, work } of dispatches(c, c.B * (params.heads / params.group), blocks, 4)) {
    recorder().emit(backward[lanes], {
      tensors: { a_mine: k, a_other: q, b_mine: v, b_other: dout, stats, spans: seen, da: dk, db: packed ? null : dv },
      params: { ...params, a_mine_at: at.k, a_other_at: at.q, b_mine_at: at.v, b_other_at: 0, da_at: at.k, db_at: at.v, first: places.first, block: rows.first },
      overrides: { ...overrides, KV: 1, ...(packed && { PACKED: 1 }) },
      grid: [rows.count, places.count],
      label: `d ${label} kv`,
      work,
    });
  }
}
