import { expect, test } from 'vitest';
import { parseModel } from '../models';
import { traceModel } from '../models/trace';
import { v4Name, v4Source, v5Name } from './hfNames';
import { bytesAccess, openSafetensors, writeSafetensors } from './safetensors';

const small = { hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12, image_size: 8, patch_size: 4 };

test.each([{ model_type: 'vit', ...small }, { model_type: 'deit', ...small }, { model_type: 'clip', vision_config: small }])('$model_type: every layer there and back', (config) => {
  const trace = traceModel(parseModel(config));
  const linears = trace.linears.filter((l) => l.adaptable).map((l) => l.name);
  for (const name of linears) {
    expect(v5Name(name)).not.toBe(name);
    expect(v4Name(v5Name(name))).toBe(name);
  }
  expect(new Set(linears.map(v5Name)).size).toBe(linears.length);
  for (const name of trace.weights.keys()) expect(v4Name(name)).toBe(name);
});

test('the table of transformers #41693', () => {
  expect(v5Name('vit.encoder.layer.11.attention.attention.query')).toBe('vit.layers.11.attention.q_proj');
  expect(v5Name('vit.encoder.layer.0.attention.output.dense')).toBe('vit.layers.0.attention.o_proj');
  expect(v5Name('vit.encoder.layer.0.intermediate.dense')).toBe('vit.layers.0.mlp.fc1');
  expect(v4Name('vit.layers.3.mlp.fc2.weight')).toBe('vit.encoder.layer.3.output.dense.weight');
  expect(v4Name('text_model.encoder.layers.0.mlp.fc1')).toBe('text_model.encoder.layers.0.mlp.fc1');
});

test('a checkpoint of either version is read by the names of transformers 4', async () => {
  const bytes = writeSafetensors({ 'vit.layers.0.mlp.fc1.weight': { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }, 'classifier.bias': { dtype: 'F32', shape: [1], data: Float32Array.of(3) } });
  const source = v4Source(await openSafetensors(bytesAccess(bytes)));
  expect(source.names()).toEqual(['vit.encoder.layer.0.intermediate.dense.weight', 'classifier.bias']);
  expect(await source.readF32Checked('vit.encoder.layer.0.intermediate.dense.weight')).toEqual(Float32Array.of(1, 2));
  expect(source.has('vit.layers.0.mlp.fc1.weight')).toBe(false);
});
