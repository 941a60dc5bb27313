import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { normalise, preprocess } from '../data/preprocess';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { folderTree } from '../io/fileTree.node';
import { openSafetensors, treeAccess } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeShared, sharedPath } from '../testing/golden';
import { oneStep } from '../train/oneStep';
import { openModel } from '../train/openModel';
import { recordEvaluation } from '../train/programs';
import { loadWeights } from './load';

const FOLDER = 'models/deit-tiny-patch16-224';
const IMAGES = 2;

describeShared('the real DeiT-Tiny', FOLDER, () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const open = async () => {
    const tree = await folderTree(sharedPath(FOLDER)!);
    const model = await openModel(tree);
    const check = await openSafetensors(await treeAccess(tree, 'check.safetensors'));
    const bytes = await check.read('images');
    const image = (i: number) => ({ width: 224, height: 224, data: bytes.subarray(i * 150_528, (i + 1) * 150_528) });
    return { model, check, image };
  };

  // The file is f16, so storing it as f16 changes nothing.
  test.each(['f32', 'f16'] as const)("gives PyTorch's logits, weights stored as %s", async (frozen_dtype) => {
    const { model, check, image } = await open();
    const adapted = new Adapted(model.net, { method: 'lora', modules_to_save: null, r: 1 });
    const programs = recordEvaluation(adapted, { batch: IMAGES, weight_decay: 0, label_smoothing: 0, frozen_dtype, checkpoint_activations: false, shaderF16: device.report.features.includes('shader-f16') });
    const machine = await Machine.build(device, programs.rec);
    await loadWeights(machine, programs.rec, adapted.trace, model.source, {});
    const pixels = new Float32Array(IMAGES * 150_528);
    for (let i = 0; i < IMAGES; i++) pixels.set(normalise(image(i), model.preprocess), i * 150_528);
    machine.write(programs.measured.inputs.pixel_values!, pixels);
    machine.write(programs.measured.inputs.labels!, Uint32Array.from((await check.readF32('labels')).subarray(0, IMAGES)));
    machine.setStep(noStep);
    await machine.run(programs.evaluate);
    const logits = await machine.readF32(programs.outputs);
    const rows = await machine.readF32(programs.rows);
    machine.destroy();
    const want = (await check.readF32('logits')).subarray(0, IMAGES * 1000);
    const worst = logits.reduce((m, v, i) => Math.max(m, Math.abs(v - defined(want[i]))), 0);
    expect(worst).toBeLessThan(1e-3);
    for (let i = 0; i < IMAGES; i++) {
      const row = want.subarray(i * 1000, (i + 1) * 1000);
      expect(rows[4 * i + 3]).toBe(row.indexOf(Math.max(...row)));
    }
  });

  test('its preprocessing resizes to 256, crops to 224 and normalises by ImageNet', async () => {
    const { model, image } = await open();
    expect(model.preprocess).toMatchObject({ resize: { shortest_edge: 256 }, crop: { height: 224, width: 224 }, resample: 'bicubic', mean: [0.485, 0.456, 0.406] });
    expect(preprocess(image(0), model.preprocess).length).toBe(150_528);
  });

  test('trains at a smaller input, with positions interpolated', async () => {
    const { model, image } = await open();
    const net = model.net.with({ image_size: 48, labels: ['a', 'b', 'c'] });
    const adapted = new Adapted(net, { method: 'randlora', r: 16, target_modules: ['query', 'value'] });
    const values = { ...(await adapted.initialise(0, (n) => model.source.readF32Checked(n))), ...adapted.newHead(0) };
    const config = { ...model.preprocess, crop: null, resize: { height: 48, width: 48 } };
    const { loss, grads } = await oneStep(device, { adapted, source: model.source, values, pixels: preprocess(image(0), config), labels: Uint32Array.of(1) });
    expect(loss).toBeGreaterThan(0.5);
    expect(loss).toBeLessThan(2);
    // At the start lambda is zero: it has a gradient, gamma has none yet.
    const of = (suffix: string) => Object.entries(grads).filter(([n]) => n.endsWith(suffix));
    expect(of('randlora_lambda').every(([, g]) => g.some((v) => v !== 0))).toBe(true);
    expect(of('randlora_gamma').every(([, g]) => g.every((v) => v === 0))).toBe(true);
  });
});
