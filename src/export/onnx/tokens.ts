import { lastOf, sizeOf } from '../../engine/tensor';
import type { OnnxGraph, Value } from '../../io/onnx/graph';
import { TensorProto_DataType } from '../../io/onnx/onnx_pb';
import { defined } from '../../numbers/defined';
import { slice, type GraphValue } from './layers';

const INT64 = TensorProto_DataType.INT64;

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

/** 0, 1, 2, ... (T) of rows (B, T) of any length. */
export function counting(g: OnnxGraph, rows: GraphValue): Value {
  const length = g.op('Gather', [g.op('Shape', [rows.name], {}, 'shape'), g.constant('axis', [1], [])], { axis: 0 }, 'length');
  return g.op('Range', [g.constant('first', [0], []), length, g.constant('step', [1], [])], {}, 'row');
}

/** Places (B) of the last tokens whose mask (B, T) is not 0; 0 where there is none. */
export function lastTokens(g: OnnxGraph, mask: GraphValue): GraphValue {
  const hidden = g.op('Equal', [mask.name, g.constant('hidden', [0], [])], {}, 'is hidden');
  const counts = g.op('Cast', [g.op('Not', [hidden], {}, 'is shown')], { to: INT64 }, 'shown');
  const at = g.op('Mul', [counting(g, mask), counts], {}, 'places shown');
  return { name: g.op('ReduceMax', [at], { axes: [1], keepdims: 0 }, 'last tokens'), shape: [defined(mask.shape[0])] };
}

/** Places (B, T) of tokens, or (1, T) where they are the same in all rows (`Context.positions`), of ids (B, T) of any length. */
export function places(g: OnnxGraph, ids: GraphValue, padding?: number): GraphValue {
  if (padding === undefined) return { name: g.op('Unsqueeze', [counting(g, ids), g.constant('axes', [0])], {}, 'positions'), shape: ids.shape };
  const own = g.constant('padding', [padding], []);
  const counted = g.op('Cast', [g.op('Not', [g.op('Equal', [ids.name, own], {}, 'is padding')], {}, 'is no padding')], { to: INT64 }, 'counted');
  const count = g.op('Mul', [g.op('CumSum', [counted, g.constant('axis', [1], [])], {}, 'count'), counted], {}, 'count of counted');
  return { name: g.op('Add', [count, own], {}, 'positions'), shape: ids.shape };
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
  return { name: g.op('GatherND', [x.name, places], { batch_dims: 1 }, 'picked'), shape: [defined(x.shape[0]), lastOf(x)] };
}
