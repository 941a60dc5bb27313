import type { OnnxGraph, Value } from '../../io/onnx/graph';
import { ModelError } from '../../models/model';
import { interpolationMatrix, type PositionOptions } from '../../models/positions';
import type { BlockNames, BlockSizes } from '../../nn/layers';
import { said } from '../../said/said';

/** x W^T + b with the stored weights `name.weight` (out, in) and `name.bias` (out); x (..., in). */
export function linear(g: OnnxGraph, name: string, x: Value, from: number, to: number, { bias = true } = {}): Value {
  const weight = g.op('Transpose', [g.weight(`${name}.weight`, [to, from])], { perm: [1, 0] }, `${name}/transpose`);
  const y = g.op('MatMul', [x, weight], {}, `${name}/matmul`);
  return bias ? g.op('Add', [y, g.weight(`${name}.bias`, [to])], {}, `${name}/add`) : y;
}

/** Layer norm over the last dimension. */
export function norm(g: OnnxGraph, name: string, x: Value, width: number, eps: number): Value {
  return g.op('LayerNormalization', [x, g.weight(`${name}.weight`, [width]), g.weight(`${name}.bias`, [width])], { axis: -1, epsilon: { float: eps } }, name);
}

type Act = (g: OnnxGraph, x: Value) => Value;

/** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
const tanhGelu: Act = (g, x) => {
  const cube = g.op('Mul', [g.op('Mul', [x, x]), g.op('Mul', [x, g.scalar(0.044715)])]);
  const inner = g.op('Mul', [g.op('Add', [x, cube]), g.scalar(Math.sqrt(2 / Math.PI))]);
  return g.op('Mul', [g.op('Mul', [x, g.scalar(0.5)]), g.op('Add', [g.op('Tanh', [inner]), g.scalar(1)])]);
};

/** Activations by their `hidden_act`, out of operators that opset 17 has. */
const activations: Record<string, Act> = {
  identity: (_, x) => x,
  gelu(g, x) {
    const cdf = g.op('Add', [g.op('Erf', [g.op('Div', [x, g.scalar(Math.SQRT2)])]), g.scalar(1)]);
    return g.op('Mul', [g.op('Mul', [x, cdf]), g.scalar(0.5)]);
  },
  quick_gelu: (g, x) => g.op('Mul', [x, g.op('Sigmoid', [g.op('Mul', [x, g.scalar(1.702)])])]),
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
};

/** An activation by name. Throws ModelError. */
export function activation(g: OnnxGraph, x: Value, act: string): Value {
  if (!Object.hasOwn(activations, act)) throw new ModelError(said`the activation ${act} has no ONNX form here; there are ${Object.keys(activations).join(', ')}`);
  return activations[act]!(g, x);
}

/** softmax(q k^T / sqrt(D)) v over heads; q, k, v (B, T, C). */
export function attention(g: OnnxGraph, name: string, [q, k, v]: [Value, Value, Value], width: number, heads: number): Value {
  const size = width / heads;
  // 0 keeps a dimension as it is: the batch stays free.
  const split = g.constant(`${name}/heads`, [0, 0, heads, size]);
  const by = (x: Value, perm: number[]) => g.op('Transpose', [g.op('Reshape', [x, split], {}, `${name}/split`)], { perm }, `${name}/transpose`);
  const scores = g.op('MatMul', [by(q, [0, 2, 1, 3]), by(k, [0, 2, 3, 1])], {}, `${name}/scores`);
  const weights = g.op('Softmax', [g.op('Mul', [scores, g.scalar(1 / Math.sqrt(size))], {}, `${name}/scaled`)], { axis: -1 }, `${name}/softmax`);
  const out = g.op('Transpose', [g.op('MatMul', [weights, by(v, [0, 2, 1, 3])], {}, `${name}/mix`)], { perm: [0, 2, 1, 3] }, `${name}/back`);
  return g.op('Reshape', [out, g.constant(`${name}/width`, [0, 0, width])], {}, `${name}/join`);
}

/** Pre-norm transformer block, as `transformerBlock` of nn/layers; x (B, T, C). */
export function block(g: OnnxGraph, x: Value, width: number, names: BlockNames, { heads, hidden, eps, act, qkvBias = true }: BlockSizes): Value {
  const h = norm(g, names.norm1, x, width, eps);
  const [q, k, v] = [names.query, names.key, names.value].map((name) => linear(g, name, h, width, width, { bias: qkvBias })) as [Value, Value, Value];
  const a = attention(g, names.output.replace(/[^.]*$/, 'attention'), [q, k, v], width, heads);
  const y = g.op('Add', [x, linear(g, names.output, a, width, width)], {}, `${names.output}/residual`);
  const m = activation(g, linear(g, names.fc1, norm(g, names.norm2, y, width, eps), width, hidden), act);
  return g.op('Add', [y, linear(g, names.fc2, m, hidden, width)], {}, `${names.fc2}/residual`);
}

/** Patch embedding: a convolution whose stride is its size; pixels (B, 3, H, W) to tokens (B, N, C). */
export function patchTokens(g: OnnxGraph, name: string, pixels: Value, patch: number, width: number, { bias = true } = {}): Value {
  const weights = [g.weight(`${name}.weight`, [width, 3, patch, patch]), ...(bias ? [g.weight(`${name}.bias`, [width])] : [])];
  const map = g.op('Conv', [pixels, ...weights], { kernel_shape: [patch, patch], strides: [patch, patch] }, name);
  const rows = g.op('Reshape', [map, g.constant(`${name}/shape`, [0, width, -1])], {}, `${name}/flatten`);
  return g.op('Transpose', [rows], { perm: [0, 2, 1] }, `${name}/tokens`);
}

/** A learned token (`weight`, C values) before the others; x (B, N, C). */
export function withToken(g: OnnxGraph, name: string, shape: number[], x: Value, width: number): Value {
  const batch = g.op('Shape', [x], { start: 0, end: 1 }, 'batch');
  const size = g.op('Concat', [batch, g.constant(`${name}/rest`, [1, width])], { axis: 0 }, `${name}/size`);
  const token = g.op('Expand', [g.weight(name, shape), size], {}, `${name}/expand`);
  return g.op('Concat', [token, x], { axis: 1 }, `${name}/concat`);
}

/** `count` learned tokens behind the first token; x (B, T, C). */
export function insertTokens(g: OnnxGraph, name: string, x: Value, count: number, width: number): Value {
  const part = (start: number, end: number, label: string) => g.op('Slice', [x, g.constant('start', [start]), g.constant('end', [end]), g.constant('axis', [1])], {}, `${name}/${label}`);
  const size = g.op('Concat', [g.op('Shape', [x], { start: 0, end: 1 }, 'batch'), g.constant(`${name}/rest`, [count, width])], { axis: 0 }, `${name}/size`);
  const tokens = g.op('Expand', [g.weight(name, [1, count, width]), size], {}, `${name}/expand`);
  return g.op('Concat', [part(0, 1, 'first'), tokens, part(1, 2 ** 31 - 1, 'others')], { axis: 1 }, `${name}/concat`);
}

/** Adds a position embedding of an n x n grid and the tokens in front, interpolated where the input's grid is another. */
export function withPositions(g: OnnxGraph, name: string, shape: number[], x: Value, n: number, grid: number, options: PositionOptions = {}): Value {
  let positions = g.weight(name, shape);
  if (grid !== n) {
    const { extra = 1 } = options;
    const matrix = g.constant(`${name}/interpolation`, interpolationMatrix(n, grid, grid, options), [extra + grid * grid, extra + n * n]);
    positions = g.op('MatMul', [matrix, positions], {}, `${name}/interpolated`);
  }
  return g.op('Add', [x, positions], {}, `${name}/add`);
}

/** One token of each image: (B, T, C) to (B, C). */
export const token = (g: OnnxGraph, x: Value, index: number): Value => g.op('Gather', [x, g.constant('token', [index], [])], { axis: 1 }, 'token');

/** Mean over the tokens from `start` on: (B, T, C) to (B, C). */
export function meanToken(g: OnnxGraph, x: Value, start: number): Value {
  const patches = g.op('Slice', [x, g.constant('start', [start]), g.constant('end', [2 ** 31 - 1]), g.constant('axis', [1])], {}, 'patches');
  return g.op('ReduceMean', [patches], { axes: [1], keepdims: 0 }, 'mean');
}
