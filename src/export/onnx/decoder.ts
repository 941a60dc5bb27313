import { lastOf } from '../../engine/tensor';
import type { OnnxGraph, Value } from '../../io/onnx/graph';
import { defined } from '../../numbers/defined';
import { columns, HIDDEN, type GraphValue } from './layers';
import { counting } from './tokens';

/**
 * Tokens that each token sees (B, 1, 1, T, T), true where it does: by a mask (B, T) those of the same number that is not 0, up to
 * the token itself, at most `window` of them. For `groupedAttention`.
 */
export function spans(g: OnnxGraph, mask: GraphValue, window?: number): GraphValue {
  const name = window === undefined ? 'seen' : `seen of ${window}`;
  const axes = (at: readonly number[]) => g.constant(`${name}/axes`, at);
  const at = counting(g, mask);
  const back = g.op('Sub', [g.op('Unsqueeze', [at, axes([1])], {}, `${name}/queries`), g.op('Unsqueeze', [at, axes([0])], {}, `${name}/keys`)], {}, `${name}/back`);
  const whole = (value: number) => g.constant(`${name}/number`, [value], []);
  const both = (a: Value, b: Value) => g.op('And', [a, b], {}, `${name}/and`);
  const before = g.op('GreaterOrEqual', [back, whole(0)], {}, `${name}/before`);
  const near = window === undefined ? before : both(before, g.op('Less', [back, whole(window)], {}, `${name}/near`));
  const [queries, keys] = [g.op('Unsqueeze', [mask.name, axes([2])], {}, `${name}/of queries`), g.op('Unsqueeze', [mask.name, axes([1])], {}, `${name}/of keys`)];
  const shown = g.op('Not', [g.op('Equal', [keys, whole(0)], {}, `${name}/hidden`)], {}, `${name}/shown`);
  const alike = both(g.op('Equal', [queries, keys], {}, `${name}/alike`), shown);
  const [B, T] = mask.shape as [number, number];
  return { name: g.op('Unsqueeze', [both(alike, near), axes([1, 2])], {}, name), shape: [B, 1, 1, T, T] };
}

/** softmax(q k^T / sqrt(D)) v of heads that share keys and values, by what they see (`spans`): q, k and v in three, q beside k and v, or all in one (`Context.attendGrouped`). */
export function groupedAttention(g: OnnxGraph, name: string, qkv: GraphValue | GraphValue[], seen: GraphValue, { heads, kv_heads }: { heads: number; kv_heads: number }): GraphValue {
  const given = Array.isArray(qkv) ? qkv : [qkv];
  const first = defined(given[0]);
  const size = lastOf(first) / (given.length === 1 ? heads + 2 * kv_heads : heads);
  const [own, shared] = [heads * size, kv_heads * size];
  const part = (of: GraphValue, from: number, width: number) => (lastOf(of) === width ? of : columns(g, of, from, width, `${name}/part`));
  const behind = given.length === 1 ? own : 0;
  const [q, k, v] = [part(first, 0, own), part(given[1] ?? first, behind, shared), part(given[2] ?? given[1] ?? first, given.length === 3 ? 0 : behind + shared, shared)];
  // (B, T, kv_heads, of each, D): heads of queries that share lie one behind the other.
  const by = (x: GraphValue, each: number, perm: number[]) => g.op('Transpose', [g.op('Reshape', [x.name, g.constant(`${name}/heads`, [0, 0, kv_heads, each, size])], {}, `${name}/split`)], { perm }, `${name}/transpose`);
  const scores = g.op('MatMul', [by(q, heads / kv_heads, [0, 2, 3, 1, 4]), by(k, 1, [0, 2, 3, 4, 1])], {}, `${name}/scores`);
  const scaled = g.op('Mul', [scores, g.scalar(1 / Math.sqrt(size))], {}, `${name}/scaled`);
  const weights = g.op('Softmax', [g.op('Where', [seen.name, scaled, g.scalar(HIDDEN)], {}, `${name}/seen`)], { axis: -1 }, `${name}/softmax`);
  const mixed = g.op('MatMul', [weights, by(v, 1, [0, 2, 3, 1, 4])], {}, `${name}/mix`);
  const out = g.op('Transpose', [mixed], { perm: [0, 3, 1, 2, 4] }, `${name}/back`);
  return { name: g.op('Reshape', [out, g.constant(`${name}/width`, [0, 0, own])], {}, `${name}/join`), shape: [...first.shape.slice(0, -1), own] };
}

/** x (B, T, W) with its first `heads` heads turned by their positions (B, T) or (1, T): halves of a head by cos and sin of `table` (P, 2, D / 2). */
export function rotary(g: OnnxGraph, name: string, x: GraphValue, positions: GraphValue, table: GraphValue, heads: number): GraphValue {
  const half = lastOf(table);
  const turned = 2 * heads * half;
  const at = (of: Value, axis: number, index: number, what: string) => g.op('Gather', [of, g.constant(`${name}/index`, [index], [])], { axis }, `${name}/${what}`);
  const angles = g.op('Gather', [table.name, positions.name], { axis: 0 }, `${name}/angles`);
  // (B, T, 1, D / 2), the same for each head.
  const ofHeads = (index: number, what: string) => g.op('Unsqueeze', [at(angles, 2, index, what), g.constant(`${name}/axis`, [2])], {}, `${name}/${what} of heads`);
  const [cos, sin] = [ofHeads(0, 'cos'), ofHeads(1, 'sin')];
  const own = turned === lastOf(x) ? x : columns(g, x, 0, turned, `${name}/own`);
  const split = g.op('Reshape', [own.name, g.constant(`${name}/halves`, [0, 0, heads, 2, half])], {}, `${name}/split`);
  const [a, b] = [at(split, 3, 0, 'first half'), at(split, 3, 1, 'second half')];
  const times = (one: Value, other: Value) => g.op('Mul', [one, other], {}, `${name}/product`);
  const first = g.op('Sub', [times(a, cos), times(b, sin)], {}, `${name}/first`);
  const second = g.op('Add', [times(b, cos), times(a, sin)], {}, `${name}/second`);
  const joined = g.op('Reshape', [g.op('Concat', [first, second], { axis: -1 }, `${name}/both`), g.constant(`${name}/width`, [0, 0, turned])], {}, `${name}/turned`);
  if (turned === lastOf(x)) return { ...x, name: joined };
  return { ...x, name: g.op('Concat', [joined, columns(g, x, turned, lastOf(x) - turned, `${name}/rest`).name], { axis: -1 }, name) };
}
