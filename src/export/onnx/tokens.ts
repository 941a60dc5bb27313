import { lastOf, sizeOf } from '../../engine/tensor';
import type { OnnxGraph } from '../../io/onnx/graph';
import { slice, type GraphValue } from './layers';

/** Tokens (R, C) put in front of token `first` of every sequence: x (B, T, C) to (B, T + R, C). */
export function insertTokens(g: OnnxGraph, x: GraphValue, tokens: GraphValue, first: number): GraphValue {
  const { name } = tokens;
  const [batch, T, width] = x.shape as [number, number, number];
  const R = sizeOf(tokens.shape) / width;
  const size = g.op('Concat', [g.op('Shape', [x.name], { start: 0, end: 1 }, 'batch'), g.constant(`${name}/rest`, [R, width])], { axis: 0 }, `${name}/size`);
  const repeated = g.op('Expand', [name, size], {}, `${name}/expand`);
  const part = (from: number, to: number, label: string) => (from === to ? [] : [to - from === T ? x.name : slice(g, x, 1, from, to - from, `${name}/${label}`).name]);
  const parts = [...part(0, first, 'before'), repeated, ...part(first, T, 'behind')];
  return { name: g.op('Concat', parts, { axis: 1 }, `${name}/concat`), shape: [batch, T + R, width] };
}

/** Mean over `count` tokens from `first` on: x (B, T, C) to (B, C). */
export function pool(g: OnnxGraph, x: GraphValue, first: number, count: number): GraphValue {
  const [batch, T, width] = x.shape as [number, number, number];
  const shape = [batch, width];
  if (count === 1) return { name: g.op('Gather', [x.name, g.constant('token', [first], [])], { axis: 1 }, 'token'), shape };
  const some = count === T ? x : slice(g, x, 1, first, count, 'tokens');
  return { name: g.op('ReduceMean', [some.name], { axes: [1], keepdims: 0 }, 'mean'), shape };
}

/** Token at[b] of each sequence: x (B, T, C) and at (B) to (B, C). */
export function pickTokens(g: OnnxGraph, x: GraphValue, at: GraphValue): GraphValue {
  const places = g.op('Unsqueeze', [at.name, g.constant('axis', [1])], {}, `${at.name}/places`);
  return { name: g.op('GatherND', [x.name, places], { batch_dims: 1 }, 'picked'), shape: [x.shape[0]!, lastOf(x)] };
}
