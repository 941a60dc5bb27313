import type { Tensor } from '../engine/tensor';
import { lastOf } from '../engine/tensor';
import type { Activation } from '../ops/activation';
import { attention } from '../ops/attention';
import { layerNorm } from '../ops/layerNorm';
import type { Context } from './context';

/** Layer norm with weights `name.weight` and `name.bias`. */
export function norm(ctx: Context, name: string, x: Tensor, eps: number): Tensor {
  const width = lastOf(x);
  return layerNorm(x, ctx.weight(`${name}.weight`, [width]), ctx.weight(`${name}.bias`, [width]), eps, name);
}

/** Names of the parts of a transformer block, which differ between families. */
export interface BlockNames {
  norm1: string;
  query: string;
  key: string;
  value: string;
  output: string;
  norm2: string;
  fc1: string;
  fc2: string;
}

export interface BlockSizes {
  heads: number;
  hidden: number;
  eps: number;
  act: Activation;
  qkvBias?: boolean;
  causal?: boolean;
}

/** Pre-norm transformer block: x + attention(norm1(x)), then x + mlp(norm2(x)); x (B, T, C). */
export function transformerBlock(ctx: Context, x: Tensor, names: BlockNames, sizes: BlockSizes): Tensor {
  const width = lastOf(x);
  const h = norm(ctx, names.norm1, x, sizes.eps);
  const bias = sizes.qkvBias ?? true;
  const [q, k, v] = [names.query, names.key, names.value].map((name) => ctx.linear(name, h, width, { bias }));
  const a = attention(q!, k!, v!, sizes.heads, sizes.causal);
  const y = ctx.linear(names.output, a, width, { residual: x });
  const g = norm(ctx, names.norm2, y, sizes.eps);
  const m = ctx.linear(names.fc1, g, sizes.hidden, { act: sizes.act });
  return ctx.linear(names.fc2, m, width, { residual: y });
}
