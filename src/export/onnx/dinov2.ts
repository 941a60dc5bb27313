import { dinov2Config, mlpWidth, registersOf } from '../../models/dinov2/dinov2';
import type { OnnxGraph, Value } from '../../io/onnx/graph';
import { activation, attention, insertTokens, linear, meanToken, norm, patchTokens, token, withPositions, withToken } from './layers';
import type { ModelGraph } from './model';

type Config = ReturnType<typeof dinov2Config>;

/** DINOv2, with or without registers, under its head on the class token beside the mean of the patch tokens. */
export const dinov2: ModelGraph = (g, pixels, { config, vision }) => {
  const c = dinov2Config(config);
  const root = c.model_type;
  const width = c.hidden_size;
  const n = Math.floor(c.image_size / c.patch_size);
  const registers = registersOf(c);
  let x = patchTokens(g, `${root}.embeddings.patch_embeddings.projection`, pixels, c.patch_size, width);
  x = withToken(g, `${root}.embeddings.cls_token`, [1, 1, width], x, width);
  x = withPositions(g, `${root}.embeddings.position_embeddings`, [1, 1 + n * n, width], x, n, vision.image_size / c.patch_size, { antialias: root === 'dinov2_with_registers' });
  if (registers) x = insertTokens(g, `${root}.embeddings.register_tokens`, x, registers, width);
  for (let i = 0; i < c.num_hidden_layers; i++) x = block(g, c, x, `${root}.encoder.layer.${i}`);
  const tokens = norm(g, `${root}.layernorm`, x, width, c.layer_norm_eps);
  const both = g.op('Concat', [token(g, tokens, 0), meanToken(g, tokens, 1 + registers)], { axis: -1 }, 'class and patches');
  return linear(g, 'classifier', both, 2 * width, vision.num_labels);
};

/** As models/dinov2/block.ts. */
function block(g: OnnxGraph, c: Config, x: Value, layer: string): Value {
  const width = c.hidden_size;
  const scaled = (name: string, y: Value, residual: Value) => g.op('Add', [g.op('Mul', [y, g.weight(`${name}.lambda1`, [width])], {}, `${name}/scale`), residual], {}, `${name}/residual`);
  const h = norm(g, `${layer}.norm1`, x, width, c.layer_norm_eps);
  const [q, k, v] = ['query', 'key', 'value'].map((part) => linear(g, `${layer}.attention.attention.${part}`, h, width, width, { bias: c.qkv_bias })) as [Value, Value, Value];
  const a = linear(g, `${layer}.attention.output.dense`, attention(g, `${layer}.attention.attention`, [q, k, v], width, c.num_attention_heads), width, width);
  const y = scaled(`${layer}.layer_scale1`, a, x);
  return scaled(`${layer}.layer_scale2`, mlp(g, c, norm(g, `${layer}.norm2`, y, width, c.layer_norm_eps), `${layer}.mlp`), y);
}

function mlp(g: OnnxGraph, c: Config, x: Value, name: string): Value {
  const width = c.hidden_size;
  const hidden = mlpWidth(c);
  if (!c.use_swiglu_ffn) return linear(g, `${name}.fc2`, activation(g, linear(g, `${name}.fc1`, x, width, hidden), c.hidden_act), hidden, width);
  const both = linear(g, `${name}.weights_in`, x, width, 2 * hidden);
  const half = (start: number, label: string) => g.op('Slice', [both, g.constant('start', [start]), g.constant('end', [start + hidden]), g.constant('axis', [-1])], {}, `${name}/${label}`);
  const gate = half(0, 'gate');
  const gated = g.op('Mul', [g.op('Mul', [gate, g.op('Sigmoid', [gate], {}, `${name}/sigmoid`)], {}, `${name}/silu`), half(hidden, 'up')], {}, `${name}/swiglu`);
  return linear(g, `${name}.weights_out`, gated, hidden, width);
}
