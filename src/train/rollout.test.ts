import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Arrays, Form } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { planMemory } from '../engine/plan';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { memoryTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { withTextHead } from '../models/byText';
import { loadWeights } from '../models/load';
import { parseModel } from '../models';
import type { Model } from '../models/model';
import { traceModel } from '../models/trace';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { encoderLogits, type Weights } from '../testing/encoders';
import { describeGolden, golden, goldenJson } from '../testing/golden';
import { attentionMean, layerNorm, matmul, plus, rollout } from '../testing/reference';
import { tinyJson, tinyModel, tinyVitFiles, tinyWeights } from '../testing/tiny';
import { openModel } from './openModel';
import { mapOf, recordLook } from './rollout';

/** Sums of some hundred f32 products, and exponentials of them. */
const FORWARD = 5e-6;
const options = { batch: 2, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false } as const;

interface Looked {
  rollout: Float32Array;
  logits: Float32Array;
}

/** Looks at pixel_values through machines of its own; plan and allocation are held against each other. */
async function look(device: Device, adapted: Adapted, source: TensorSource, values: Arrays, pixels: Float32Array, form?: Form): Promise<Looked> {
  const { channels, image_size } = adapted.model;
  const rec = new Recorder();
  const programs = recordLook(rec, adapted, { ...options, form }, pixels.length / (channels * image_size ** 2), true);
  const planned = planMemory(rec).bytes;
  const machine = await Machine.build(device, rec);
  try {
    expect(device.ledger).toEqual(planned);
    await loadWeights(machine, rec, adapted.trace, source, values);
    machine.write(programs.pixels, pixels);
    machine.setStep(noStep);
    await machine.run(programs.evaluate);
    return { rollout: await machine.readF32(programs.rollout!), logits: await machine.readF32(programs.logits) };
  } finally {
    machine.destroy();
  }
}

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const goldens = [
  { name: 'vit_small_dev', states: 'hidden_states', layer: 'vit.encoder.layer', norm: 'layernorm_before', query: 'attention.attention.query', key: 'attention.attention.key' },
  { name: 'dinov2_small_dev', states: 'hidden_states', layer: 'dinov2.encoder.layer', norm: 'norm1', query: 'attention.attention.query', key: 'attention.attention.key' },
  { name: 'clip_small_dev', states: 'vision.hidden_states', layer: 'vision_model.encoder.layers', norm: 'layer_norm1', query: 'self_attn.q_proj', key: 'self_attn.k_proj' },
];

for (const { name, states, layer, norm, query, key } of goldens) {
  const folder = `models/${name}`;
  describeGolden(`rollout of ${name}`, `${folder}/io.safetensors`, () => {
    test('is that of the attentions which PyTorch\'s own hidden states give, in f64', async () => {
      const [io, source] = [await golden(`${folder}/io.safetensors`), await golden(`${folder}/model.safetensors`)];
      const json = goldenJson<{ vision_config?: Record<string, number> } & Record<string, number>>(`${folder}/config.json`);
      const config = json.vision_config ?? json;
      // transformers' CLIP leaves out of the file what is its default.
      const [heads, eps, layers] = [config.num_attention_heads!, config.layer_norm_eps ?? 1e-5, config.num_hidden_layers!];
      const [B, T, C] = io.info(`${states}.0`).shape as [number, number, number];
      const f64 = async (from: TensorSource, label: string) => Float64Array.from(await from.readF32(label));
      const means: Float64Array[] = [];
      for (let i = 0; i < layers; i++) {
        const w = (part: string) => f64(source, `${layer}.${i}.${part}`);
        const h = layerNorm(await f64(io, `${states}.${i}`), await w(`${norm}.weight`), await w(`${norm}.bias`), eps);
        const dense = async (part: string) => plus(matmul(h, await w(`${part}.weight`), { M: B * T, N: C, K: C, wT: true }), await w(`${part}.bias`));
        means.push(attentionMean(await dense(query), await dense(key), [B, T, C], heads));
      }
      const model = parseModel(json);
      const pixels = await io.readF32('pixel_values');
      const forms: [Model, number, number, Arrays][] =
        model.family === 'clip'
          ? // A new classifier reads the mean of the patches, a text head the class token.
            [[model.with({ labels: ['a', 'b'] }), 1, T - 1, {}], [withTextHead(model, 7), 0, 1, { head_weight: await io.readF32('head_weight') }]]
          : [[model, 0, 1, {}]];
      for (const [net, first, count, values] of forms) {
        const adapted = new Adapted(net, FROZEN);
        const heads = net.head && model.family === 'clip' ? adapted.newHead(0) : {};
        const got = await look(device, adapted, source, { ...heads, ...values }, pixels);
        expect(maxError(got.rollout, rollout(means, [B, T], first, count))).toBeLessThan(FORWARD);
        const map = mapOf(net, got.rollout.subarray(T, 2 * T));
        expect([map.rows, map.cols, map.weights.length]).toEqual([3, 3, 9]);
        expect(map.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
        expect(map.share).toBeCloseTo(got.rollout.subarray(T + 1, 2 * T).reduce((a, b) => a + b, 0), 6);
      }
    });
  });
}

const encoders = [
  { what: 'ViT', before: 1, config: { model_type: 'vit' }, read: 1 },
  { what: 'DeiT with one head', before: 2, config: { model_type: 'deit' }, read: 1 },
  { what: 'DeiT with two heads', before: 2, config: { model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'] }, read: 2 },
  { what: 'DINOv2 with registers', before: 4, config: { model_type: 'dinov2_with_registers', num_register_tokens: 3, mlp_ratio: 1.5 }, read: 1 },
];

test.each(encoders)('$what: patches of the map are the image\'s, whatever tokens stand before them', async ({ before, config, read }) => {
  const sizes = { hidden_size: 24, num_hidden_layers: 3, num_attention_heads: 2, intermediate_size: 32, image_size: 12, patch_size: 4, layer_norm_eps: 1e-6, num_labels: 3 };
  const preprocessor = { image_processor_type: 'ViTImageProcessor', size: { height: 12, width: 12 } };
  const files = { ...tinyVitFiles(), 'preprocessor_config.json': tinyJson(preprocessor), 'config.json': tinyJson({ ...sizes, ...config }), 'model.safetensors': tinyWeights(traceModel(parseModel({ ...sizes, ...config })).weights, 8) };
  const { net, source } = await openModel(memoryTree('tiny', files));
  const w: Weights = {};
  for (const name of source.names()) w[name] = Float64Array.from(await source.readF32(name));
  const random = randomNormal(3);
  const pixels = Float32Array.from({ length: 2 * 3 * 12 * 12 }, random);
  const means: Float64Array[] = [];
  const shape = { prefix: config.model_type, pixels: [2, 3, 12, 12] as [number, number, number, number], patch: 4, width: 24, heads: 2, layers: 3, eps: 1e-6, labels: 3 };
  const logits = encoderLogits(w, shape, Float64Array.from(pixels), (q, k, qk) => means.push(attentionMean(q, k, qk, 2)));
  const got = await look(device, new Adapted(net, FROZEN), source, {}, pixels);
  const T = 9 + before;
  const want = rollout(means, [2, T], 0, read);
  expect(maxError(got.logits, logits)).toBeLessThan(FORWARD);
  expect(maxError(got.rollout, want)).toBeLessThan(FORWARD);
  const map = mapOf(net, got.rollout.subarray(T));
  const patches = want.subarray(T + before);
  const share = patches.reduce((a, b) => a + b, 0);
  expect(maxError(map.weights, patches.map((v) => v / share))).toBeLessThan(2 * FORWARD);
});

describe('rollout of adapters', () => {
  test('an adapter on query and value looks elsewhere, the same streamed and merged; unasked, nothing is recorded', async () => {
    const model = await tinyModel();
    const random = randomNormal(4);
    const pixels = Float32Array.from({ length: 2 * 3 * 16 * 16 }, random);
    const base = await look(device, new Adapted(model.net, FROZEN), model.source, {}, pixels);
    for (const method of ['lora', 'dora', 'randlora']) {
      const adapted = new Adapted(model.net, { method, r: 4, target_modules: ['query', 'value'] });
      const values = await adapted.initialise(0, (n) => model.source.readF32Checked(n));
      for (const [label, data] of Object.entries(values)) if (!/randlora_[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + 0.3 * random()));
      Object.assign(values, adapted.newHead(1));
      const [streamed, merged] = [await look(device, adapted, model.source, values, pixels, 'streamed'), await look(device, adapted, model.source, values, pixels, 'merged')];
      expect(maxError(streamed.rollout, merged.rollout), method).toBeLessThan(2 * FORWARD);
      expect(maxError(streamed.rollout, base.rollout), method).toBeGreaterThan(1e-3);
    }
    const [plain, watched] = [false, true].map((watch) => {
      const rec = new Recorder();
      const { evaluate, rollout: seen } = recordLook(rec, new Adapted(model.net, FROZEN), options, 2, watch);
      return { kernels: evaluate.entries.map(({ kernel }) => kernel.name), seen, total: planMemory(rec).total };
    });
    expect(plain!.seen).toBeNull();
    expect(plain!.kernels.some((name) => /rollout|attention_mean/.test(name))).toBe(false);
    expect(watched!.kernels.filter((name) => /^attention_mean/.test(name))).toHaveLength(2);
    expect(watched!.total).toBeGreaterThan(plain!.total);
    expect(device.ledger).toEqual({});
  });
});
