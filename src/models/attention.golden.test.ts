import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import type { RecorderOptions } from '../engine/record';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson } from '../testing/golden';
import { oneStep, type StepInput } from '../train/oneStep';
import { twoTowers } from './byText';
import { parseModel } from './index';

/** Every form of attention in whole models; that of PyTorch's goldens elsewhere is the one chosen for this adapter. */
const forms: Record<string, NonNullable<RecorderOptions['attention']>> = {
  fused: { forward: 'fused', backward: 'fused' },
  'products, P made twice': { forward: 'fused', backward: 'products' },
  'products, P kept': { forward: 'products', backward: 'products', keep: true },
  'a workgroup a head': { forward: 'fused', backward: 'head' },
};

const models = {
  vit_small_dev: { grads: 'grads', logits: 'logits', key: 'key.bias' },
  dinov2_small_dev: { grads: 'grads', logits: 'logits', key: 'key.bias' },
  clip_small_dev: { grads: 'grads_contrastive', logits: 'logits_per_image', key: 'k_proj.bias' },
};

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

for (const [name, { grads, logits, key }] of Object.entries(models)) {
  const folder = `models/${name}`;
  describeGolden(`${name}, attention in each form`, `${folder}/${grads}.safetensors`, () => {
    test.each(Object.keys(forms))('%s: logits and all gradients are PyTorch\'s', async (form) => {
      const got = await oneStep(device, { ...(await inputs(folder)), attention: forms[form] });
      const [io, want] = [await golden(`${folder}/io.safetensors`), await golden(`${folder}/${grads}.safetensors`)];
      // Sums of some hundred f32 products, in another order than torch's; gradients are sums over them.
      expect(maxError(got.logits, await io.readF32(logits))).toBeLessThan(5e-6);
      for (const [label, g] of Object.entries(got.grads)) {
        // The key's bias cancels in the softmax: its gradient is rounding alone.
        if (label.endsWith(key)) expect(Math.max(...g.map(Math.abs)), label).toBeLessThan(1e-6);
        else expect(maxError(g, await want.readF32(label)), label).toBeLessThan(2e-5);
      }
    });
  });
}

// Without the full reference: the forms agree on the copy of its ViT.
describe('the copy of the ViT', () => {
  test('gives the same in every form', async () => {
    const input = await inputs('models/vit_small_dev');
    const first = await oneStep(device, { ...input, attention: forms.fused });
    for (const form of Object.values(forms).slice(1)) {
      const got = await oneStep(device, { ...input, attention: form });
      expect(maxError(got.logits, first.logits)).toBeLessThan(5e-6);
      for (const [label, g] of Object.entries(got.grads)) if (!label.endsWith('key.bias')) expect(maxError(g, defined(first.grads[label])), label).toBeLessThan(2e-5);
    }
  });
});

async function inputs(folder: string): Promise<StepInput> {
  const io = await golden(`${folder}/io.safetensors`);
  const source = await golden(`${folder}/model.safetensors`);
  const model = parseModel(goldenJson(`${folder}/config.json`));
  const pixels = await io.readF32('pixel_values');
  if (!io.has('input_ids')) return { adapted: new Adapted(model, { method: 'full' }), source, values: {}, pixels, labels: Uint32Array.from(await io.readF32('labels')) };
  const both = twoTowers(model);
  const ids = Uint32Array.from(await io.readF32('input_ids'));
  const [B, T] = io.info('input_ids').shape as [number, number];
  const ends = Uint32Array.from({ length: B }, (_, b) => both.text!.endOf(ids.subarray(b * T, (b + 1) * T)));
  return { adapted: new Adapted(both, { method: 'full' }), source, values: {}, pixels, labels: Uint32Array.from({ length: B }, (_, i) => i), texts: { ids, ends } };
}
