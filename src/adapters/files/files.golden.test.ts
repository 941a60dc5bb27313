import { beforeAll, describe, expect, test } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../engine/device';
import { folderTree } from '../../io/fileTree.node';
import { openCheckpoint } from '../../io/checkpoint';
import { bytesAccess, openSafetensors } from '../../io/safetensors';
import { parseModel } from '../../models';
import { withTextHead } from '../../models/byText';
import { defined } from '../../numbers/defined';
import { maxError, mustOpen } from '../../testing/checkOp';
import { gpu } from '../../testing/device';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../../testing/golden';
import { GRAD, goldenBatch, loadVit, savedTree, VIT } from '../../testing/goldenAdapters';
import { logitsOf } from '../../train/logits';
import { oneStep, type StepInput } from '../../train/oneStep';
import { openModel } from '../../train/openModel';
import { Adapted } from '../adapted';
import { loadAdapter, saveAdapter } from '.';

const ADAPTERS = 'adapters/vit_small_dev';


describe('adapters of PEFT on a ViT', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  type How = Pick<StepInput, 'form' | 'merging' | 'accumulate' | 'checkpoint_activations'> & { how: string };
  const ways: How[] = [
    { form: 'streamed', how: 'streamed' },
    { form: 'merged', merging: 'again', how: 'merged, made again' },
    { form: 'merged', merging: 'kept', how: 'merged, kept' },
    { form: 'merged', merging: 'once', accumulate: 5, how: 'merged once for five micro-batches' },
    { form: 'merged', merging: 'once', accumulate: 5, checkpoint_activations: true, how: 'merged once, with recomputed activations' },
    { checkpoint_activations: true, how: 'as chosen, with recomputed activations' },
  ];
  test.each(goldenNames(ADAPTERS).flatMap((name) => ways.map((way) => ({ name, ...way }))))('$name, $how: logits, loss and every gradient', async ({ name, how: _, ...way }) => {
    const vit = await loadVit();
    const folder = `${ADAPTERS}/${name}`;
    const { adapted, values, hasHead, warnings } = await loadAdapter(await folderTree(goldenPath(folder)!), parseModel(vit.config));
    expect([hasHead, warnings]).toEqual([true, []]);
    const step = await golden(`${folder}/step.safetensors`);
    const got = await oneStep(device, { adapted, source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/io.safetensors`))), ...way });
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(3e-6);
    expect(maxError(got.logits, await (await golden(`${folder}/io.safetensors`)).readF32('logits_adapter'))).toBeLessThan(3e-6);
    expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(3e-6);
    const wanted = step.names().filter((n) => n.startsWith('grad.'));
    const label = (n: string) => n.slice(5).replace(/^base_model\.model\.(?=classifier)/, '');
    expect(Object.keys(got.grads).sort()).toEqual(wanted.map(label).sort());
    for (const n of wanted) expect(maxError(defined(got.grads[label(n)]), await step.readF32(n)), n).toBeLessThan(GRAD);
  });

  test.each(goldenNames(ADAPTERS))('%s comes back from a save as it was', async (name) => {
    const vit = await loadVit();
    const tree = await folderTree(goldenPath(`${ADAPTERS}/${name}`)!);
    const first = await loadAdapter(tree, parseModel(vit.config));
    const saved = await saveAdapter(first.adapted, first.values, { base: vit });
    const again = await loadAdapter(savedTree(saved), parseModel(vit.config));
    expect(again.adapted.config).toEqual(first.adapted.config);
    expect(again.values).toEqual(first.values);
    expect(await saveAdapter(again.adapted, again.values, { base: vit })).toEqual(saved);
    // The config equals PEFT's own field by field; the weights are PEFT's without its copies of the bases.
    const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const [theirs, ours] = [json(await tree.read('adapter_config.json')), json(defined(saved[0]).bytes)];
    for (const key of Object.keys(theirs)) if (key !== 'peft_version') expect(isDeepStrictEqual(ours[key], theirs[key]), `${key}: ${JSON.stringify(ours[key])} and ${JSON.stringify(theirs[key])}`).toBe(true);
    const [a, b] = [await openCheckpoint(tree, 'adapter_model'), await openSafetensors(bytesAccess(defined(saved[1]).bytes))];
    const canonical = (n: string) => !/^base_model\.model\..*\.randlora_[AB]$/.test(n);
    expect(b.names()).toEqual(a.names().filter(canonical).sort());
    for (const n of b.names()) expect(await b.readF32(n)).toEqual(await a.readF32(n));
  });

  test('full fine-tuning and the linear probe: all gradients, and back from a save', async () => {
    const vit = await loadVit();
    const io = await goldenBatch(await golden(`${VIT}/io.safetensors`));
    const model = parseModel(vit.config);
    for (const method of ['full', 'linear_probe']) {
      const adapted = new Adapted(model, { method });
      const got = await oneStep(device, { adapted, source: vit.source, values: {}, ...io });
      if (goldenPath(`${VIT}/grads.safetensors`)) {
        const grads = await golden(`${VIT}/grads.safetensors`);
        expect(Object.keys(got.grads).sort()).toEqual(method === 'full' ? grads.names().sort() : ['classifier.bias', 'classifier.weight']);
        for (const [n, g] of Object.entries(got.grads)) {
          // The key's bias cancels in the softmax: its gradient is rounding alone, compared on the scale of the query's.
          const want = await grads.readF32(n);
          if (n.endsWith('key.bias')) expect(Math.max(...g.map(Math.abs))).toBeLessThan(1e-6);
          else expect(maxError(g, want), n).toBeLessThan(GRAD);
        }
      }
      const saved = await saveAdapter(adapted, got.grads, { base: vit }); // any values of the right sizes
      const again = await loadAdapter(savedTree(saved), model);
      expect(again.values).toEqual(got.grads);
      expect(again.adapted.config.method).toBe(method);
      if (method === 'full') {
        const whole = await openSafetensors(bytesAccess(defined(saved[1]).bytes));
        expect(whole.names()).toEqual(vit.source.names().sort());
        for (const n of whole.names()) expect(whole.info(n).shape).toEqual(vit.source.info(n).shape);
      }
    }
  });
});

describeGolden('CLIP', 'models/clip_small_dev/io.safetensors', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });
  const folder = 'models/clip_small_dev';

  test('full fine-tuning of the vision tower under a frozen text head', async () => {
    const io = await golden(`${folder}/io.safetensors`);
    const grads = await golden(`${folder}/grads_frozen_text_head.safetensors`);
    const classes = defined(io.info('head_weight').shape[0]);
    const adapted = new Adapted(withTextHead(parseModel(goldenJson(`${folder}/config.json`)), classes), { method: 'full' });
    const labels = ['labels', 'head_labels'].find((n) => io.has(n))!;
    const got = await oneStep(device, {
      adapted, source: await golden(`${folder}/model.safetensors`), values: { head_weight: await io.readF32('head_weight') },
      pixels: await io.readF32('pixel_values'), labels: Uint32Array.from(await io.readF32(labels)),
    });
    expect(maxError(got.logits, await io.readF32('head_logits'))).toBeLessThan(1e-5);
    expect(Math.abs(got.loss - defined((await io.readF32('head_loss'))[0]))).toBeLessThan(1e-5);
    expect(Object.keys(got.grads).sort()).toEqual(grads.names().sort());
    for (const n of grads.names()) {
      if (n.endsWith('k_proj.bias')) expect(Math.max(...defined(got.grads[n]).map(Math.abs))).toBeLessThan(1e-6);
      else expect(maxError(defined(got.grads[n]), await grads.readF32(n)), n).toBeLessThan(GRAD);
    }
  });

  test.each(goldenNames('adapters/clip_small_dev'))('adapter %s of both towers loads onto the vision tower', async (name) => {
    const model = parseModel(goldenJson(`${folder}/config.json`));
    const loaded = await loadAdapter(await folderTree(goldenPath(`adapters/clip_small_dev/${name}`)!), withTextHead(model, 3));
    expect(loaded.hasHead).toBe(false);
    expect(loaded.adapted.layers.length).toBe(10);
    expect(loaded.foreign.length).toBe(10);
    expect(loaded.warnings.join()).toMatch(/10 adapted layers are not part of this model/);
  });
});

describeGolden("a CLIP's vision tower under an adapter of both towers whose file leaves out the bases", 'without-bases', () => {
  // Made by PEFT 0.18.1 with save_projection=False; the text tower, wider than the vision one, decides how large the bases are.
  test.each(['randlora', 'vera'])('%s computes what PEFT does', async (method) => {
    const device = await mustOpen(gpu());
    const model = await openModel(await folderTree(goldenPath('without-bases/base')!));
    const io = await golden(`without-bases/${method}/io.safetensors`);
    const { adapted, values, foreign } = await loadAdapter(await folderTree(goldenPath(`without-bases/${method}`)!), withTextHead(model.net, 3));
    expect(foreign.length).toBeGreaterThan(0);
    const logits = await logitsOf(device, { adapted, source: model.source, values: { ...values, head_weight: await io.readF32('head_weight') }, pixels: await io.readF32('pixel_values') });
    expect(maxError(logits, await io.readF32('want'))).toBeLessThan(5e-6);
  });
});
