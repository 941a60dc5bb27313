import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined, several } from '../numbers/defined';
import { add, addBias } from '../ops/add';
import { attention, packedAttention, type AttentionWatcher } from '../ops/attention';
import { concat } from '../ops/concat';
import { eachProduct } from '../ops/eachProduct';
import { embed, patchify } from '../ops/embed';
import { expScale } from '../ops/expScale';
import { gatedSilu } from '../ops/gatedSilu';
import { groupedAttention, spans } from '../ops/groupedAttention';
import { insertTokens } from '../ops/insertTokens';
import { lastTokens } from '../ops/lastTokens';
import { layerNorm } from '../ops/layerNorm';
import { linear, matmulNN } from '../ops/matmul';
import { l2Normalize } from '../ops/normalize';
import { pickTokens } from '../ops/pickTokens';
import { pool } from '../ops/pool';
import { rmsNorm } from '../ops/rmsNorm';
import { rotary } from '../ops/rotary';
import { scaleColumns } from '../ops/scale';
import { swiglu } from '../ops/swiglu';
import { tokenEmbedding } from '../ops/tokenEmbedding';
import type { AttendOptions, Context } from './context';

/** Decisions of a context that records: what weights are, and how layers and blocks run. */
export type Layers = Pick<Context, 'weight' | 'linear' | 'linears' | 'block'> & Partial<Pick<Context, 'tokens' | 'once' | 'compare'>>;

/** Attention, recorded; `watch` sees where it looks. */
export function attend(qkv: Tensor | Tensor[], { heads, ...hidden }: AttendOptions, watch?: AttentionWatcher): Tensor {
  if (!Array.isArray(qkv)) return packedAttention(qkv, heads, hidden, undefined, watch);
  const [q, k, v] = several(qkv, 3);
  return attention(q, k, v, heads, hidden, undefined, watch);
}

/** x (B, T, C) + rows (T, C). */
function addRows(x: Tensor, rows: Tensor): Tensor {
  const rec = recorder();
  const size = sizeOf(rows.shape);
  return rec.view(addBias(rec.view(x, [defined(x.shape[0]), size]), rec.view(rows, [size])), x.shape);
}

/** The calls that are recorded alike whatever is trained: each is an op, on the recorder at work. */
export const recordedOps: Omit<Context, Exclude<keyof Layers, 'tokens' | 'once' | 'compare'> | 'patches'> = {
  fixed: (name, shape) => recorder().declare('frozen', name, shape),
  constant: (name, shape, data) => recorder().constant(name, shape, data),
  input: (name, shape) => recorder().declare('input', name, shape, 'u32'),
  positions: ({ shape }) => recorder().declare('input', 'position_ids', shape, 'u32'),
  product: (x, w, { transposed, label }) => (transposed ? linear : matmulNN)(x, w, { label }),
  rows: (weight, first, count) => recorder().rows(weight, first, count),
  attend: (qkv, options) => attend(qkv, options),
  attendGrouped: (qkv, seen, heads) => groupedAttention(qkv, seen, heads),
  swiglu: (x) => (Array.isArray(x) ? gatedSilu(defined(x[0]), defined(x[1])) : swiglu(x)),
  tokens: (_, x) => x,
  once: (_, body) => body(),
  compare: ({ logits }) => logits,
  add, addRows, concat, eachProduct, embed, expScale, insertTokens, l2Normalize, lastTokens, layerNorm, pickTokens, pool, rmsNorm, rotary, scaleColumns, spans, tokenEmbedding,
};

/** A context that records. */
export const recording = (layers: Layers): Context => ({
  ...recordedOps,
  patches: (name, pixels, side, out, options) => layers.linear(name, patchify(pixels, side), out, { ...options, adaptable: false }),
  ...layers,
});
