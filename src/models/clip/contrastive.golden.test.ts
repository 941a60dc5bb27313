import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../../adapters/adapted';
import { loadAdapter } from '../../adapters/files';
import type { Device } from '../../engine/device';
import { Machine } from '../../engine/machine';
import { Recorder } from '../../engine/record';
import { noStep } from '../../engine/step';
import type { Tensor } from '../../engine/tensor';
import { folderTree } from '../../io/fileTree.node';
import type { TensorSource } from '../../io/safetensors';
import { defined } from '../../numbers/defined';
import { l2Normalize } from '../../ops/normalize';
import { maxError, mustOpen } from '../../testing/checkOp';
import { gpu } from '../../testing/device';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../../testing/golden';
import { oneStep } from '../../train/oneStep';
import { textInputs, twoTowers } from '../byText';
import { parseModel } from '../index';
import { loadWeights } from '../load';

const MODEL = 'models/clip_small_dev';
const ADAPTERS = 'adapters/clip_small_dev';

/** Gradients are sums over images, texts and tokens: a few f32 roundings of the largest value of each tensor. */
const GRAD = 2e-5;

const both = () => twoTowers(parseModel(goldenJson(`${MODEL}/config.json`)));

async function inputs(io: TensorSource) {
  const ids = Uint32Array.from(await io.readF32('input_ids'));
  const [B, T] = io.info('input_ids').shape as [number, number];
  const ends = Uint32Array.from({ length: B }, (_, b) => both().text!.endOf(ids.subarray(b * T, (b + 1) * T)));
  return { pixels: await io.readF32('pixel_values'), labels: Uint32Array.from({ length: B }, (_, i) => i), texts: { ids, ends } };
}

/**
 * Other methods, as in adapters/methods.golden.test.ts. Cosines are multiplied by exp(logit_scale), and so are roundings: of AdaLoRA's three
 * factors, and of PiSSA's own decomposition in f64 beside the reference's in f32.
 */
const OTHERS = 'methods/adapters/clip_small_dev';
const tolerance = (name: string) => (name.startsWith('pissa') && !name.includes('as_lora') ? { logits: 5e-5, grad: 1e-4 } : { logits: name.startsWith('adalora') ? 3e-5 : 1e-5, grad: 5e-5 });

describeGolden('both towers of CLIP', `${MODEL}/io.safetensors`, () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test.each([{ tokens: 16 }, { tokens: 14 }])('text features, plain and normalised, from $tokens tokens', async ({ tokens }) => {
    const io = await golden(`${MODEL}/io.safetensors`);
    const { texts } = await inputs(io);
    const B = texts.ends.length;
    // The end-of-text token is also the padding, so that texts may be cut behind their longest.
    expect(Math.max(...texts.ends)).toBeLessThan(tokens);
    const model = twoTowers(both(), { tokens });
    const adapted = new Adapted(model, { method: 'lora', r: 1 });
    const rec = new Recorder();
    let ids!: Tensor;
    let ends!: Tensor;
    const kept: Tensor[] = [];
    const program = rec.program('texts', () => {
      const ctx = adapted.context({ rec, batch: B, training: false, frozen_dtype: 'f32', checkpoint_activations: false });
      ({ ids, ends } = textInputs(ctx, B, tokens));
      const features = model.text!.features(ctx, ids, ends);
      kept.push(rec.keep(features), rec.keep(l2Normalize(features)));
    }, { gradients: false });
    const machine = await Machine.build(device, rec);
    await loadWeights(machine, rec, adapted.trace, await golden(`${MODEL}/model.safetensors`), {});
    machine.write(ids, Uint32Array.from({ length: B * tokens }, (_, i) => defined(texts.ids[Math.floor(i / tokens) * 16 + (i % tokens)])));
    machine.write(ends, texts.ends);
    machine.setStep(noStep);
    await machine.run(program);
    expect(maxError(await machine.readF32(defined(kept[0])), await io.readF32('text_features'))).toBeLessThan(5e-6);
    expect(maxError(await machine.readF32(defined(kept[1])), await io.readF32('text_embeds_normalised'))).toBeLessThan(5e-6);
    machine.destroy();
  });

  test.each([false, true])('contrastive loss, logits and the gradients of all weights; activations recomputed: %s', async (checkpoint_activations) => {
    const io = await golden(`${MODEL}/io.safetensors`);
    const grads = await golden(`${MODEL}/grads_contrastive.safetensors`);
    const got = await oneStep(device, { adapted: new Adapted(both(), { method: 'full' }), source: await golden(`${MODEL}/model.safetensors`), values: {}, ...(await inputs(io)), checkpoint_activations });
    expect(maxError(got.logits, await io.readF32('logits_per_image'))).toBeLessThan(5e-6);
    expect(Math.abs(got.loss - defined((await io.readF32('contrastive_loss'))[0]))).toBeLessThan(1e-5);
    expect(Object.keys(got.grads).sort()).toEqual(grads.names().sort());
    for (const n of grads.names()) {
      // The key's bias cancels in the softmax: its gradient is rounding alone.
      if (n.endsWith('k_proj.bias')) expect(Math.max(...defined(got.grads[n]).map(Math.abs)), n).toBeLessThan(1e-6);
      else expect(maxError(defined(got.grads[n]), await grads.readF32(n)), n).toBeLessThan(GRAD);
    }
  });

  const cases = goldenNames(ADAPTERS).flatMap((name) => (['streamed', 'merged', undefined] as const).map((form) => ({ name, form })));
  test.each(cases)('adapter $name on both towers, $form: logits, loss and every gradient', async ({ name, form }) => {
    const folder = `${ADAPTERS}/${name}`;
    const { adapted, values, foreign, warnings } = await loadAdapter(await folderTree(goldenPath(folder)!), both());
    expect([foreign, warnings, adapted.layers.length]).toEqual([[], [], 20]);
    const step = await golden(`${folder}/step.safetensors`);
    const got = await oneStep(device, { adapted, source: await golden(`${MODEL}/model.safetensors`), values, ...(await inputs(await golden(`${MODEL}/io.safetensors`))), form });
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(5e-6);
    expect(maxError(got.logits, await (await golden(`${folder}/io.safetensors`)).readF32('logits_adapter'))).toBeLessThan(5e-6);
    expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(1e-5);
    const wanted = step.names().filter((n) => n.startsWith('grad.'));
    expect(Object.keys(got.grads).sort()).toEqual(wanted.map((n) => n.slice(5)).sort());
    for (const n of wanted) expect(maxError(defined(got.grads[n.slice(5)]), await step.readF32(n)), n).toBeLessThan(GRAD);
  });

  const others = goldenNames(OTHERS).flatMap((name) => (['streamed', 'merged'] as const).map((form) => ({ name, form })));
  test.each(others)('$name on both towers, $form: logits, loss and every gradient', async ({ name, form }) => {
    const folder = `${OTHERS}/${name}`;
    const source = await golden(`${MODEL}/model.safetensors`);
    const { adapted, values, foreign } = await loadAdapter(await folderTree(goldenPath(folder)!), both(), source);
    expect([foreign, adapted.layers.length]).toEqual([[], 20]);
    const step = await golden(`${folder}/step.safetensors`);
    const got = await oneStep(device, { adapted, source, values, ...(await inputs(await golden(`${MODEL}/io.safetensors`))), form });
    const allowed = tolerance(name);
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(allowed.logits);
    expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(allowed.logits);
    const wanted = step.names().filter((n) => n.startsWith('grad.'));
    expect(Object.keys(got.grads).sort()).toEqual(wanted.map((n) => n.slice(5)).sort());
    for (const n of wanted) expect(maxError(defined(got.grads[n.slice(5)]), await step.readF32(n)), n).toBeLessThan(allowed.grad);
  });
});
