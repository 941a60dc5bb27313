import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../../adapters/adapted';
import { mergedWeights } from '../../adapters/merge';
import type { Device } from '../../engine/device';
import { sizeOf } from '../../engine/tensor';
import { joinParts } from '../../io/joinParts';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorSource } from '../../io/safetensors';
import { families, parseModel } from '../../models';
import { twoTowers } from '../../models/byText';
import type { Model } from '../../models/model';
import { traceModel } from '../../models/trace';
import { norm } from '../../nn/layers';
import { defined } from '../../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../../testing/checkOp';
import { gpu } from '../../testing/device';
import { logitsOf } from '../../train/logits';
import { oneStep } from '../../train/oneStep';
import { exportOnnx, onnxGraph } from './model';
import { verifyOnnx } from './verify';

const WIDTH = 8;
const KEEP = 5;

/** A family that is nowhere else: what no other one does is done here, and nothing but its forward says so. */
const madeUp: Model = {
  family: 'made up', image_size: 8, patch_size: 4, channels: 3, hidden_size: WIDTH, num_labels: 3, labels: ['a', 'b', 'c'],
  head: 'head', default_target_modules: ['qkv', 'up'], tokens: { before: 1, read: { first: 0, count: 1 } },
  with: () => madeUp,
  forward(ctx, pixels) {
    const gain = () => ctx.weight('gain', [WIDTH]);
    const patches = ctx.scaleColumns(ctx.patches('stem', pixels, 4, WIDTH, { bias: false }), gain());
    const start = ctx.embed(patches, ctx.weight('embeddings', [WIDTH]), ctx.weight('places', [5, WIDTH]));
    const middle = ctx.insertTokens(start, ctx.weight('two more', [2, WIDTH]), 3);
    const all = ctx.insertTokens(middle, ctx.weight('swiglu', [1, 1, WIDTH]), 7);
    const x = ctx.addRows(all, ctx.rows(ctx.weight('shifts', [1, 12, WIDTH]), 0, 8));
    const seen = ctx.block('middle', x, (from) => {
      const h = norm(ctx, 'norm', from, 1e-5);
      // Query, key and value in one layer, from the first token on; a tied weight is asked for again.
      const y = ctx.linear('out', ctx.attend(ctx.linear('qkv', h, 3 * WIDTH), { heads: 2, causal: true }), WIDTH, { act: 'gelu_new', bias: false });
      return ctx.add(ctx.scaleColumns(y, gain()), from, { alpha: 0.5, beta: 2 });
    });
    const gated = ctx.swiglu(ctx.linear('up', seen, 2 * WIDTH));
    const pooled = ctx.concat(ctx.pool(gated, 0, 8), ctx.pool(gated, 2, KEEP));
    // Names of weights, of the graph's own values and of its ends may be the same words.
    const code = ctx.product(ctx.l2Normalize(pooled), ctx.constant('turn', [2 * WIDTH, WIDTH], Float32Array.from({ length: 2 * WIDTH * WIDTH }, (_, i) => Math.cos(i))), { label: 'turned' });
    return ctx.linear('head', ctx.expScale(code, ctx.weight('scale', []), 'logits'), 3, { head: true, adaptable: false });
  },
};

/** A checkpoint with weights by a formula. */
function checkpoint(net: Model): Promise<TensorSource> {
  const random = randomNormal(5);
  const tensors = [...traceModel(net).weights].map(([name, shape]) => [name, { dtype: 'F32' as const, shape, data: Float32Array.from({ length: sizeOf(shape) }, () => (/norm\d?\.weight$/.test(name) ? 1 : 0) + 0.4 * random()) }] as const);
  return openSafetensors(bytesAccess(writeSafetensors(Object.fromEntries(tensors))));
}

describe('a forward pass alone gives the file', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test('a family that is made up here, with an adapter merged in', async () => {
    const source = await checkpoint(madeUp);
    const adapted = new Adapted(madeUp, { method: 'lora', r: 2 });
    expect(adapted.layers.map(({ name }) => name)).toEqual(['qkv', 'up']);
    const random = randomNormal(6);
    const values = await adapted.initialise(1, (name) => source.readF32(name));
    for (const data of Object.values(values)) data.forEach((v, i) => (data[i] = v + 0.3 * random()));
    const pixels = Float32Array.from({ length: 3 * 192 }, random);
    const logits = await logitsOf(device, { adapted, source, values, pixels });
    const merged = await mergedWeights(device, source, { adapted, values });
    const read = async (name: string) => merged.get(name) ?? source.readF32(name);
    const probe = { pixel_values: pixels, shape: [3, 3, 8, 8] as [number, number, number, number], logits };
    for (const dtype of ['f32', 'f16', 'q8'] as const) {
      const verdict = await verifyOnnx(joinParts(await exportOnnx({ net: madeUp, read, metadata: {}, dtype })), probe, { tolerance: { f32: 1e-4, f16: 1e-2, q8: 0.15 }[dtype] });
      expect(verdict, verdict.text).toMatchObject({ ok: true, images: 3, top1: 1 });
    }
    // The adapter and each image count, or equal logits would say nothing.
    const plain = await logitsOf(device, { adapted, source, values: await adapted.initialise(1, (name) => source.readF32(name)), pixels });
    expect(maxError(plain, logits)).toBeGreaterThan(1e-3);
    expect(Math.abs(defined(logits[0]) - defined(logits[3]))).toBeGreaterThan(1e-3);
  });

  test('both towers of one: what else the forward asks for is an input', async () => {
    const sizes = { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 20 };
    const config = { model_type: 'clip', projection_dim: 12, vision_config: { ...sizes, image_size: 8, patch_size: 4 }, text_config: { ...sizes, vocab_size: 30, max_position_embeddings: 9 } };
    const net = twoTowers(parseModel(config), { tokens: 7 });
    const source = await checkpoint(net);
    const random = randomNormal(7);
    const [B, T] = [3, 7];
    const pixels = Float32Array.from({ length: B * 192 }, random);
    const texts = { ids: Uint32Array.from({ length: B * T }, (_, i) => (7 * i + 3) % 30), ends: Uint32Array.of(6, 2, 4) };
    const { logits } = await oneStep(device, { adapted: new Adapted(net, { method: 'full' }), source, values: {}, pixels, labels: Uint32Array.of(0, 1, 2), texts });
    const file = joinParts(await exportOnnx({ net, read: (name) => source.readF32(name), metadata: {} }));
    const ort = await import('onnxruntime-web/wasm');
    const session = await ort.InferenceSession.create(file, { executionProviders: ['wasm'], logSeverityLevel: 3 });
    const whole = (data: Uint32Array, shape: number[]) => new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape);
    const out = await session.run({ pixel_values: new ort.Tensor('float32', pixels, [B, 3, 8, 8]), input_ids: whole(texts.ids, [B, T]), text_ends: whole(texts.ends, [B]) });
    expect(out.logits!.dims).toEqual([B, B]);
    expect(maxError(out.logits!.data as Float32Array, logits)).toBeLessThan(1e-5);
    await session.release();
  });
});

test.each(families.flatMap(({ model_types }) => model_types))('the file of %s stores each weight of the model in its size, and no other', (model_type) => {
  const net = parseModel({ model_type });
  const stored = [...onnxGraph(net).graph.stored].filter(([, { data }]) => data === null).map(([name, { shape }]) => [name, sizeOf(shape)]);
  expect(Object.fromEntries(stored)).toEqual(Object.fromEntries([...traceModel(net).weights].map(([name, shape]) => [name, sizeOf(shape)])));
});

test('nothing here names a family', () => {
  const folders = readdirSync(join(import.meta.dirname, '../../models'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = [...folders.map(({ name }) => name), ...families.flatMap(({ title, model_types }) => [defined(title.split(' ')[0]), ...model_types])];
  // As words, or as the first word of a name.
  const pattern = new RegExp(`(?<![A-Za-z])(${names.join('|')})(?![a-z])`);
  expect('import { vitNames }').toMatch(pattern);
  for (const file of readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'))) {
    expect(pattern.exec(`${file}\n${readFileSync(join(import.meta.dirname, file), 'utf8')}`)?.[0], file).toBeUndefined();
  }
});
