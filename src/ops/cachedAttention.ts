import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import source from '#shaders/cached_attention.wgsl?raw';
import writeSource from '#shaders/cached_attention_write.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { flatGrid } from './grid';
import type { Heads } from './groupedAttention';

const forward = kernel('cached_attention', source, [reduce]);
const write = kernel('cached_attention_write', writeSource, [grid]);

/** Most channels of a head. */
const MOST_CHANNELS = 512;

/** Keys and values of the tokens so far, (L, room, kv_heads D) each; which of its L lines holds each position of each row, (B, room) u32; and how many of them a token sees at most. */
export interface Cache {
  keys: Tensor;
  values: Tensor;
  lines: Tensor;
  window?: number;
}

/**
 * As `groupedAttention`, of n new tokens at `positions` (B, n) u32 behind those that are in the cache: their keys and values are written to it, of row b to line b, and each sees all
 * up to its own position. q (B, n, heads D), k and v as there. Result (B, n, heads D), without a gradient.
 */
export function cachedAttention(qkv: Tensor | Tensor[], positions: Tensor, { keys, values, lines, window = 0xffffffff }: Cache, { heads, kv_heads }: Heads, label = 'attention'): Tensor {
  const rec = recorder();
  const given = Array.isArray(qkv) ? qkv : [qkv];
  const [q, k = q, v = k] = given as [Tensor, ...Tensor[]];
  const D = lastOf(keys) / kv_heads;
  const [B, n] = q.shape as [number, number];
  const parts = given.length === 1 ? heads + 2 * kv_heads : heads;
  if (!Number.isInteger(D) || D > MOST_CHANNELS || lastOf(q) !== parts * D || sizeOf(positions.shape) !== rowsOf(q) || defined(keys.shape[0]) < B || sizeOf(lines.shape) < B * defined(keys.shape[1])) {
    fail(label, `${heads} heads and ${kv_heads} of keys and values do not fit q (B, n, ...), positions (B, n) and a cache (B, room, ...)`, q.shape, positions.shape, keys.shape);
  }
  const [room, width] = [defined(keys.shape[1]), kv_heads * D];
  const [k_at, v_at] = given.length === 1 ? [heads * D, (heads + kv_heads) * D] : given.length === 2 ? [0, width] : [0, 0];
  const count = B * n * width;
  rec.emit(write, { tensors: { k, v, positions, keys, values }, params: { count, n, width, room, ld: lastOf(k), k_at, v_at }, grid: flatGrid(count), label: `${label} cache` });
  const out = rec.temp(label, [B, n, heads * D]);
  rec.emit(forward, {
    tensors: { q, keys, values, positions, lines, out },
    params: { n, heads, group: heads / kv_heads, D, room, ld_q: lastOf(q), window: Math.min(window, 0xffffffff), scale: 1 / Math.sqrt(D) },
    grid: [B * n, heads],
    label,
  });
  return out;
}
