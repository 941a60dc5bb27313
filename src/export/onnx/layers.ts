import { lastOf } from '../../engine/tensor';
import type { OnnxGraph, Value } from '../../io/onnx/graph';
import type { AttendOptions, LinearOptions, Shaped } from '../../nn/context';
import { defined } from '../../numbers/defined';
import { activations } from './activations';

/** A value of the graph by its name; `shape` has a batch of one in front, which in the file is free. */
export interface GraphValue extends Shaped {
  readonly name: Value;
}

/** act(x W^T + b) + residual with the stored weights `name.weight` (out, in) and `name.bias` (out); x (..., in). */
export function linear(g: OnnxGraph, name: string, x: GraphValue, out: number, { act = 'identity', residual, bias = true }: LinearOptions<GraphValue> = {}): GraphValue {
  const weight = g.op('Transpose', [g.weight(`${name}.weight`, [out, lastOf(x)])], { perm: [1, 0] }, `${name}/transpose`);
  const product = g.op('MatMul', [x.name, weight], {}, `${name}/matmul`);
  const y = activations[act](g, bias ? g.op('Add', [product, g.weight(`${name}.bias`, [out])], {}, `${name}/add`) : product);
  return { name: residual ? g.op('Add', [residual.name, y], {}, `${name}/residual`) : y, shape: [...x.shape.slice(0, -1), out] };
}

/** Patch embedding: a convolution whose stride is its size; pixels (B, c, H, W) to tokens (B, N, C). */
export function patches(g: OnnxGraph, name: string, pixels: GraphValue, side: number, width: number, { bias = true } = {}): GraphValue {
  const [batch, channels, height, across] = pixels.shape as [number, number, number, number];
  const weights = [g.weight(`${name}.weight`, [width, channels, side, side]), ...(bias ? [g.weight(`${name}.bias`, [width])] : [])];
  const map = g.op('Conv', [pixels.name, ...weights], { kernel_shape: [side, side], strides: [side, side] }, name);
  // 0 keeps a dimension as it is: the batch stays free.
  const rows = g.op('Reshape', [map, g.constant(`${name}/shape`, [0, width, -1])], {}, `${name}/flatten`);
  return { name: g.op('Transpose', [rows], { perm: [0, 2, 1] }, `${name}/tokens`), shape: [batch, (height / side) * (across / side), width] };
}

/** x w for a matrix w (K, N), or x w^T for w (N, K). */
export function product(g: OnnxGraph, x: GraphValue, w: GraphValue, transposed: boolean, label: string): GraphValue {
  const last = w.shape.length - 1;
  const right = transposed ? g.op('Transpose', [w.name], { perm: [...w.shape.keys()].map((i) => (i < last - 1 ? i : 2 * last - 1 - i)) }, `${label}/transpose`) : w.name;
  // A weight may have ones in front of its matrix; they come in front of a shorter x.
  const rows = x.shape.length < w.shape.length ? [...w.shape.slice(0, w.shape.length - x.shape.length), ...x.shape.slice(0, -1)] : x.shape.slice(0, -1);
  return { name: g.op('MatMul', [x.name, right], {}, `${label}/matmul`), shape: [...rows, defined(w.shape[transposed ? last - 1 : last])] };
}

/** Each row of x (B, C) against rows of its own, y (B K, C): (B, K). */
export function eachProduct(g: OnnxGraph, x: GraphValue, y: GraphValue, label: string): GraphValue {
  const width = lastOf(x);
  const K = defined(y.shape[0]) / defined(x.shape[0]);
  const own = g.op('Reshape', [y.name, g.constant(`${label}/each`, [-1, K, width])], {}, `${label}/rows`);
  const column = g.op('Unsqueeze', [x.name, g.constant('axis', [2])], {}, `${label}/column`);
  return { name: g.op('Squeeze', [g.op('MatMul', [own, column], {}, `${label}/matmul`), g.constant('axis', [2])], {}, label), shape: [defined(x.shape[0]), K] };
}

/** Elements `first` to `first + count - 1` along an axis. */
export function slice(g: OnnxGraph, x: GraphValue, axis: number, first: number, count: number, name: string): GraphValue {
  const part = g.op('Slice', [x.name, g.constant('start', [first]), g.constant('end', [first + count]), g.constant('axis', [axis])], {}, name);
  return { name: part, shape: x.shape.map((d, i) => (i === axis ? count : d)) };
}

/** Columns `first` to `first + count - 1` of the last dimension. */
export const columns = (g: OnnxGraph, x: GraphValue, first: number, count: number, name: string): GraphValue => slice(g, x, x.shape.length - 1, first, count, name);

/** softmax(q k^T / sqrt(D)) v over heads; q, k, v (B, T, C), or one behind the other in one (B, T, 3 C). Tokens that a mask hides are seen by a share that is zero, or, where all are hidden, by equal ones. */
export function attention(g: OnnxGraph, name: string, qkv: GraphValue | GraphValue[], { heads, causal = false, mask, documents = false }: AttendOptions<GraphValue>): GraphValue {
  if (documents) throw new Error('attention: several documents in one row are for training alone');
  const parts = Array.isArray(qkv) ? qkv : [0, 1, 2].map((i) => columns(g, qkv, (i * lastOf(qkv)) / 3, lastOf(qkv) / 3, `${name}/part`));
  const [q, k, v] = parts as [GraphValue, GraphValue, GraphValue];
  const width = lastOf(q);
  const size = width / heads;
  const split = g.constant(`${name}/heads`, [0, 0, heads, size]);
  const by = (x: GraphValue, perm: number[]) => g.op('Transpose', [g.op('Reshape', [x.name, split], {}, `${name}/split`)], { perm }, `${name}/transpose`);
  const scores = g.op('MatMul', [by(q, [0, 2, 1, 3]), by(k, [0, 2, 3, 1])], {}, `${name}/scores`);
  const scaled = g.op('Mul', [scores, g.scalar(1 / Math.sqrt(size))], {}, `${name}/scaled`);
  const before = causal ? g.op('Add', [scaled, causalMask(g, defined(q.shape[1]))], {}, `${name}/masked`) : scaled;
  const seen = mask ? g.op('Where', [hiddenKeys(g, mask), g.scalar(HIDDEN), before], {}, `${name}/seen`) : before;
  const weights = g.op('Softmax', [seen], { axis: -1 }, `${name}/softmax`);
  const out = g.op('Transpose', [g.op('MatMul', [weights, by(v, [0, 2, 1, 3])], {}, `${name}/mix`)], { perm: [0, 2, 1, 3] }, `${name}/back`);
  return { name: g.op('Reshape', [out, g.constant(`${name}/width`, [0, 0, width])], {}, `${name}/join`), shape: q.shape };
}

/** Score of a hidden token: finite, so that a row that sees none is a number. */
export const HIDDEN = -1e30;

/** (B, 1, 1, T), true where a token is hidden: of a mask (B, T), one for all layers. */
function hiddenKeys(g: OnnxGraph, mask: GraphValue): Value {
  const name = `${mask.name} hides`;
  if (g.nodes.some(({ output }) => output[0] === name)) return name;
  const wide = g.op('Unsqueeze', [mask.name, g.constant(`${name}/axes`, [1, 2])], {}, `${name}/unsqueezed`);
  return g.op('Equal', [wide, g.constant(`${name}/zero`, [0], [])], {}, name);
}

/** (T, T): zero where a token may look, minus infinity behind it; one for all layers. */
function causalMask(g: OnnxGraph, T: number): Value {
  const name = `causal mask ${T}`;
  if (g.stored.has(name)) return name;
  return g.constant(name, Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -Infinity : 0)), [T, T]);
}

/** silu(gate) * up, the two side by side in x, or by themselves. */
export function swiglu(g: OnnxGraph, name: string, x: GraphValue | GraphValue[]): GraphValue {
  const half = Array.isArray(x) ? 0 : lastOf(x) / 2;
  const [gate, up] = Array.isArray(x) ? (x as [GraphValue, GraphValue]) : [columns(g, x, 0, half, `${name}/gate`), columns(g, x, half, half, `${name}/up`)];
  const silu = g.op('Mul', [gate.name, g.op('Sigmoid', [gate.name], {}, `${name}/sigmoid`)], {}, `${name}/silu`);
  return { ...gate, name: g.op('Mul', [silu, up.name], {}, name) };
}

/** x / sqrt(mean(x^2) + eps) * weight over the last dimension: opset 17 has no operator for it. */
export function rmsNorm(g: OnnxGraph, name: string, x: GraphValue, weight: GraphValue, eps: number): GraphValue {
  const mean = g.op('ReduceMean', [g.op('Mul', [x.name, x.name], {}, `${name}/squares`)], { axes: [-1], keepdims: 1 }, `${name}/mean`);
  const root = g.op('Sqrt', [g.op('Add', [mean, g.scalar(eps)], {}, `${name}/eps`)], {}, `${name}/root`);
  return { ...x, name: g.op('Mul', [g.op('Div', [x.name, root], {}, `${name}/divided`), weight.name], {}, name) };
}
