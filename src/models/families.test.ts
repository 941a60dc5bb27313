import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, modelFiles, modelTensors, saveAdapter } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { sizeOf } from '../engine/tensor';
import { openCheckpoint } from '../io/checkpoint';
import { memoryTree } from '../io/fileTree';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { encoderLogits, encoderLoss, type EncoderShape, type Weights } from '../testing/encoders';
import { oneStep } from '../train/oneStep';
import { parseModel } from './index';
import { traceModel } from './trace';

const size = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 3, image_size: 12, patch_size: 4, num_labels: 5 };
const dino = { ...size, mlp_ratio: 3 };
const deit = { model_type: 'deit', ...size, intermediate_size: 20 };
const configs: Record<string, Record<string, unknown>> = {
  'dinov2, SwiGLU': { model_type: 'dinov2', ...dino, use_swiglu_ffn: true },
  'dinov2 with registers': { model_type: 'dinov2_with_registers', ...dino, num_register_tokens: 3 },
  'dinov2 with registers and SwiGLU': { model_type: 'dinov2_with_registers', ...dino, num_register_tokens: 1, use_swiglu_ffn: true },
  'deit, class head': { ...deit, architectures: ['DeiTForImageClassification'] },
  'deit, two heads': { ...deit, architectures: ['DeiTForImageClassificationWithTeacher'] },
};

/** Weights by a formula, in f32. */
function weightsOf(config: Record<string, unknown>): Record<string, TensorData & { data: Float32Array }> {
  const random = randomNormal(11);
  const tensors: Record<string, TensorData & { data: Float32Array }> = {};
  for (const [name, shape] of traceModel(parseModel(config)).weights) {
    const centre = /norm\w*\.weight$|lambda1$/.test(name) ? 1 : 0;
    tensors[name] = { dtype: 'F32', shape, data: Float32Array.from({ length: sizeOf(shape) }, () => centre + 0.2 * random()) };
  }
  return tensors;
}

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe.each(Object.entries(configs))('%s', (_, config) => {
  const model = parseModel(config);
  const tensors = weightsOf(config);
  const shape: EncoderShape = { prefix: model.base_model_prefix!, pixels: [4, 3, 12, 12], patch: 4, width: 12, heads: 3, layers: 2, eps: config.model_type === 'deit' ? 1e-12 : 1e-6, labels: 5 };
  const weights: Weights = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Float64Array.from(data)]));
  const random = randomNormal(3);
  const pixels = Float32Array.from({ length: 4 * 432 }, random);
  const labels = Uint32Array.of(0, 3, 4, 1);
  const open = () => openSafetensors(bytesAccess(writeSafetensors(tensors)));

  test('logits, loss and the gradient of every weight', async () => {
    const adapted = new Adapted(model, { method: 'full' });
    const got = await oneStep(device, { adapted, source: await open(), values: {}, pixels, labels });
    const at = Float64Array.from(pixels);
    expect(maxError(got.logits, encoderLogits(weights, shape, at))).toBeLessThan(2e-6);
    expect(Math.abs(got.loss - encoderLoss(weights, shape, at, labels))).toBeLessThan(2e-6);
    expect(Object.keys(got.grads).sort()).toEqual(Object.keys(tensors).sort());
    // Each along a random direction, against the central difference of the f64 loss.
    const scale = Math.max(...Object.values(got.grads).map((g) => Math.hypot(...g)));
    for (const [name, grad] of Object.entries(got.grads)) {
      const kept = defined(weights[name]);
      const direction = Float64Array.from(kept, () => random());
      const loss = (h: number) => encoderLoss({ ...weights, [name]: kept.map((v, i) => v + h * defined(direction[i])) }, shape, at, labels);
      const want = (loss(1e-5) - loss(-1e-5)) / 2e-5;
      const mine = grad.reduce((s, g, i) => s + g * defined(direction[i]), 0);
      expect(Math.abs(mine - want), name).toBeLessThan(3e-6 * scale * Math.sqrt(grad.length));
    }
  });

  test('adapters sit on every linear layer of the blocks, come back from a save, and merge', async () => {
    const source = await open();
    const adapted = new Adapted(model, { method: 'lora', r: 2, target_modules: 'all-linear' });
    const perBlock = 6;
    expect(adapted.layers.length).toBe(2 * perBlock);
    expect(new Adapted(model, { method: 'lora', r: 2 }).layers.length).toBe(2 * (perBlock - 1));
    const values = { ...(await adapted.initialise(0, (name) => source.readF32(name))) };
    for (const data of Object.values(values)) data.forEach((v, i) => (data[i] = v + 0.1 * Math.sin(i)));
    for (const name of adapted.trainedHead) values[name] = defined(tensors[name]).data.map((v) => v + 0.1);
    const base = { id: 'base', source, config };
    const saved = await saveAdapter(adapted, values, { base });
    const again = await loadAdapter(memoryTree('adapter', new Map(saved.map((f) => [f.path, f.bytes]))), model);
    expect(again.values).toEqual(values);
    expect(again.adapted.model.head).toBe(model.head);
    const step = await oneStep(device, { adapted, source, values, pixels, labels });
    const merged = memoryTree('merged', new Map((await modelFiles(adapted.model, source, await mergedWeights(device, source, { adapted, values }), config)).map((f) => [f.path, f.bytes])));
    const read = JSON.parse(new TextDecoder().decode(await merged.read('config.json'))) as Record<string, unknown>;
    expect(read.architectures).toEqual([model.architecture]);
    const whole = await oneStep(device, { adapted: new Adapted(parseModel(read), { method: 'linear_probe' }), source: await openCheckpoint(merged), values: {}, pixels, labels });
    expect(maxError(whole.logits, step.logits)).toBeLessThan(3e-6);
    expect(maxError(whole.logits, encoderLogits(weights, shape, Float64Array.from(pixels)))).toBeGreaterThan(1e-3);
  });
});

describe('a distilled DeiT', () => {
  const teacher = parseModel(configs['deit, two heads']);

  test('keeps two heads under its own labels, and gets one on the class token for others', async () => {
    expect(teacher.head).toBe('cls_classifier');
    const heads = (model = teacher) => traceModel(model).linears.filter((l) => l.name.includes('classifier')).map((l) => l.name);
    expect(heads()).toEqual(['cls_classifier', 'distillation_classifier']);
    expect(heads(teacher.with({ image_size: 16, labels: [...teacher.labels] }))).toEqual(['cls_classifier', 'distillation_classifier']);
    const other = teacher.with({ labels: ['cat', 'dog'] });
    expect(other.head).toBe('classifier');
    expect(heads(other)).toEqual(['classifier']);
    expect(other.architecture).toBe('DeiTForImageClassification');
    // A merged file holds the head that its config tells of, and no other.
    const source = await openSafetensors(bytesAccess(writeSafetensors(weightsOf(defined(configs['deit, two heads'])))));
    const merged = modelTensors(other, source, new Map([['classifier.weight', new Float32Array(24)], ['classifier.bias', new Float32Array(2)]]));
    expect([...merged.keys()].filter((name) => name.includes('classifier'))).toEqual(['classifier.bias', 'classifier.weight']);
  });

  test('always has a distillation token and its position, interpolated apart', () => {
    for (const model of [teacher, parseModel({ model_type: 'deit' })]) {
      const { weights } = traceModel(model);
      const side = model.image_size / model.patch_size;
      expect(weights.get('deit.embeddings.position_embeddings')).toEqual([1, side * side + 2, model.hidden_size]);
      expect(weights.get('deit.embeddings.distillation_token')).toEqual([1, 1, model.hidden_size]);
    }
    expect(traceModel(teacher.with({ image_size: 24 })).weights.get('deit.embeddings.position_embeddings')).toEqual([1, 11, 12]);
    expect(traceModel(teacher.with({ image_size: 24 })).tokens).toBe(38);
  });
});

test('a tower of CLIP alone is refused with what to open instead', () => {
  expect(() => parseModel({ model_type: 'clip_text_model', hidden_size: 8 })).toThrow(/text tower alone, which sees no images; open the whole CLIP model/);
  expect(() => parseModel({ model_type: 'clip_vision_model', hidden_size: 8 })).toThrow(/vision tower alone, .*open the whole CLIP model/);
  expect(() => parseModel({ model_type: '__proto__' })).toThrow(/supported are vit/);
});
