import { expect, test } from 'vitest';
import { FormatError } from '../io/formatError';
import { bytesAccess, openSafetensors, writeSafetensors } from '../io/safetensors';
import { clipFileNames } from './clip/names';
import { dinov2FileNames } from './dinov2/names';
import { parseModel } from './index';
import { v4Source } from './names';
import { traceModel } from './trace';
import { vitFileNames } from './vit/names';

const small = { hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12, image_size: 8, patch_size: 4 };

test.each([{ model_type: 'vit', ...small }, { model_type: 'deit', ...small }, { model_type: 'clip', vision_config: small }])('$model_type: every layer there and back', (config) => {
  const model = parseModel(config);
  const { v4, v5 } = model.names!;
  const trace = traceModel(model);
  const linears = trace.linears.filter((l) => l.adaptable).map((l) => l.name);
  for (const name of linears) {
    expect(v5(name)).not.toBe(name);
    expect(v4(v5(name))).toBe(name);
  }
  expect(new Set(linears.map(v5)).size).toBe(linears.length);
  for (const name of trace.weights.keys()) expect(v4(name)).toBe(name);
});

test.each(['dinov2', 'dinov2_with_registers'])('%s: every layer that both versions have, there and back', (model_type) => {
  for (const use_swiglu_ffn of [false, true]) {
    const model = parseModel({ model_type, ...small, use_swiglu_ffn });
    const { v4, v5 } = model.names!;
    const trace = traceModel(model);
    for (const { name } of trace.linears.filter((l) => l.adaptable)) {
      // fc1 and fc2 go by one name in both; weights_in is two layers in version 5.
      if (/fc[12]$|weights_in$/.test(name)) expect(v5(name)).toBe(name);
      else expect(v5(name)).toMatch(/\.(attention\.[qkvo]_proj|mlp\.down_proj)$/);
      expect(v4(v5(name))).toBe(name);
    }
    for (const name of trace.weights.keys()) expect(v4(name)).toBe(name);
  }
});

test('names of a bare backbone get its prefix, those of the whole model stay', () => {
  for (const model of [{ model_type: 'vit', ...small }, { model_type: 'deit', ...small }, { model_type: 'dinov2', ...small }, { model_type: 'dinov2_with_registers', ...small }].map(parseModel)) {
    const prefix = model.base_model_prefix!;
    const { v4, v5 } = model.names!;
    for (const name of traceModel(model).weights.keys()) {
      const bare = name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : name;
      expect(v4(bare)).toBe(name);
      expect(v4(name)).toBe(name);
    }
    for (const { name } of traceModel(model).linears.filter((l) => l.adaptable)) expect(v4(v5(name).slice(prefix.length + 1))).toBe(name);
  }
});

test('the halves of a SwiGLU of version 5 are read as one matrix', async () => {
  const layer = 'encoder.layer.0.mlp.';
  const f32 = (shape: number[], ...data: number[]) => ({ dtype: 'F32' as const, shape, data: Float32Array.from(data) });
  const open = async (tensors: Parameters<typeof writeSafetensors>[0]) => v4Source(await openSafetensors(bytesAccess(writeSafetensors(tensors))), dinov2FileNames('dinov2'));
  // Stored in either order.
  const source = await open({ [`${layer}up_proj.weight`]: f32([2, 1], 3, 4), [`${layer}gate_proj.weight`]: f32([2, 1], 1, 2), [`${layer}gate_proj.bias`]: f32([2], 5, 6), [`${layer}up_proj.bias`]: f32([2], 7, 8), [`${layer}down_proj.weight`]: f32([1, 2], 9, 10) });
  const name = `dinov2.${layer}weights_in`;
  expect(source.names().sort()).toEqual([`${name}.bias`, `${name}.weight`, `dinov2.${layer}weights_out.weight`]);
  expect(source.info(`${name}.weight`)).toEqual({ dtype: 'F32', shape: [4, 1], bytes: 16 });
  expect(await source.readF32Checked(`${name}.weight`)).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(await source.readF32(`${name}.bias`)).toEqual(Float32Array.of(5, 6, 7, 8));
  // Halves that do not fit, and a half alone.
  const wrong = await open({ [`${layer}gate_proj.weight`]: f32([2, 1], 1, 2), [`${layer}up_proj.weight`]: f32([1, 2], 3, 4) });
  expect(() => wrong.info(`${name}.weight`)).toThrow(/gate_proj.weight" is F32 \[2, 1\].*do not make one matrix/);
  await expect(wrong.readF32(`${name}.weight`)).rejects.toThrow(FormatError);
  expect((await open({ [`${layer}gate_proj.weight`]: f32([2, 1], 1, 2) })).names()).toEqual([`dinov2.${layer}gate_proj.weight`]);
});

test('the tables of transformers #41693 and #46266', () => {
  expect(dinov2FileNames('dinov2').v4('dinov2.encoder.layer.3.attention.q_proj.weight')).toBe('dinov2.encoder.layer.3.attention.attention.query.weight');
  expect(dinov2FileNames('dinov2_with_registers').v4('dinov2_with_registers.encoder.layer.3.attention.o_proj')).toBe('dinov2_with_registers.encoder.layer.3.attention.output.dense');
  expect(vitFileNames('vit').v5('vit.encoder.layer.11.attention.attention.query')).toBe('vit.layers.11.attention.q_proj');
  expect(vitFileNames('vit').v5('vit.encoder.layer.0.attention.output.dense')).toBe('vit.layers.0.attention.o_proj');
  expect(vitFileNames('vit').v5('vit.encoder.layer.0.intermediate.dense')).toBe('vit.layers.0.mlp.fc1');
  expect(vitFileNames('vit').v4('vit.layers.3.mlp.fc2.weight')).toBe('vit.encoder.layer.3.output.dense.weight');
  expect(clipFileNames.v4('text_model.encoder.layers.0.mlp.fc1')).toBe('text_model.encoder.layers.0.mlp.fc1');
});

test('a checkpoint of either version is read by the names of transformers 4', async () => {
  const bytes = writeSafetensors({ 'vit.layers.0.mlp.fc1.weight': { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }, 'classifier.bias': { dtype: 'F32', shape: [1], data: Float32Array.of(3) } });
  const source = v4Source(await openSafetensors(bytesAccess(bytes)), vitFileNames('vit'));
  expect(source.names()).toEqual(['vit.encoder.layer.0.intermediate.dense.weight', 'classifier.bias']);
  expect(await source.readF32Checked('vit.encoder.layer.0.intermediate.dense.weight')).toEqual(Float32Array.of(1, 2));
  expect(source.has('vit.layers.0.mlp.fc1.weight')).toBe(false);
});
