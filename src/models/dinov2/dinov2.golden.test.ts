import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../../adapters/adapted';
import type { Device } from '../../engine/device';
import { Machine } from '../../engine/machine';
import { Recorder } from '../../engine/record';
import { noStep } from '../../engine/step';
import type { Tensor } from '../../engine/tensor';
import { maxError, mustOpen } from '../../testing/checkOp';
import { gpu } from '../../testing/device';
import { recordedOps } from '../../nn/recording';
import { defined } from '../../numbers/defined';
import { describeGolden, golden, goldenJson } from '../../testing/golden';
import { oneStep } from '../../train/oneStep';
import { parseModel } from '../index';
import type { Model } from '../model';
import { loadWeights } from '../load';
import { interpolatePositions } from '../positions';

const FOLDER = 'models/dinov2_small_dev';
/** Sums of some hundred f32 products, in another order than torch's. */
const FORWARD = 3e-6;
const GRAD = 2e-5;

describeGolden('DINOv2 equals transformers', FOLDER, () => {
  let device: Device;
  let model: Model;
  beforeAll(async () => {
    device = await mustOpen(gpu());
    model = parseModel(goldenJson(`${FOLDER}/config.json`));
  });

  test('logits, loss and all gradients', async () => {
    const [source, io, grads] = await Promise.all(['model', 'io', 'grads'].map((name) => golden(`${FOLDER}/${name}.safetensors`)));
    const input = { source: source!, values: {}, pixels: await io!.readF32('pixel_values'), labels: Uint32Array.from(await io!.readF32('labels')) };
    for (const checkpoint_activations of [false, true]) {
      const got = await oneStep(device, { adapted: new Adapted(model, { method: 'full' }), ...input, checkpoint_activations });
      expect(maxError(got.logits, await io!.readF32('logits'))).toBeLessThan(FORWARD);
      expect(Math.abs(got.loss - Number(io!.metadata.loss_f64))).toBeLessThan(FORWARD);
      expect(Object.keys(got.grads).sort()).toEqual(grads!.names().sort());
      for (const [name, g] of Object.entries(got.grads)) {
        // The key's bias cancels in the softmax: its gradient is rounding alone.
        if (name.endsWith('key.bias')) expect(Math.max(...g.map(Math.abs)), name).toBeLessThan(1e-6);
        else expect(maxError(g, await grads!.readF32(name)), name).toBeLessThan(GRAD);
      }
    }
  });

  test('hidden states after every block, at the size of the checkpoint and at another', async () => {
    const io = await golden(`${FOLDER}/io.safetensors`);
    const run = async (pixels: string, net = model) => {
      const adapted = new Adapted(net, { method: 'linear_probe' });
      const { shape } = io.info(pixels);
      const rec = new Recorder();
      const input = rec.declare('input', 'pixel_values', shape);
      const hidden: Tensor[] = [];
      let logits!: Tensor;
      const program = rec.program(
        'forward',
        () => {
          const inner = adapted.context({ rec, batch: defined(shape[0]), training: false, frozen_dtype: 'f32', checkpoint_activations: false });
          const block: typeof inner.block = (name, x, body) => {
            const out = inner.block(name, x, body);
            hidden.push(rec.keep(out));
            return out;
          };
          logits = rec.keep(net.forward({ ...inner, block }, input));
        },
        { gradients: false },
      );
      const machine = await Machine.build(device, rec);
      await loadWeights(machine, rec, adapted.trace, await golden(`${FOLDER}/model.safetensors`), {});
      machine.write(input, await io.readF32(pixels));
      machine.setStep(noStep);
      await machine.run(program);
      const result = { logits: await machine.readF32(logits), hidden: [] as Float32Array[] };
      for (const h of hidden) result.hidden.push(await machine.readF32(h));
      machine.destroy();
      return result;
    };
    const own = await run('pixel_values');
    expect(maxError(own.logits, await io.readF32('logits'))).toBeLessThan(FORWARD);
    expect(own.hidden.length).toBe(2);
    for (const [i, h] of own.hidden.entries()) expect(maxError(h, await io.readF32(`hidden_states.${i + 1}`))).toBeLessThan(FORWARD);
    const other = await run('interp.pixel_values', model.with({ height: 40, width: 32 }));
    expect(maxError(other.logits, await io.readF32('interp.logits'))).toBeLessThan(FORWARD);
  });

  test('positions of another grid, alone', async () => {
    const io = await golden(`${FOLDER}/io.safetensors`);
    const source = await golden(`${FOLDER}/model.safetensors`);
    const rec = new Recorder();
    const name = 'dinov2.embeddings.position_embeddings';
    const positions = rec.declare('input', name, source.info(name).shape);
    let out!: Tensor;
    const program = rec.program('positions', () => void (out = rec.keep(interpolatePositions(recordedOps, positions, 3, 5, 4))), { gradients: false });
    const machine = await Machine.build(device, rec);
    machine.write(positions, await source.readF32(name));
    machine.setStep(noStep);
    await machine.run(program);
    expect(maxError(await machine.readF32(out), await io.readF32('interp.position_embeddings'))).toBeLessThan(FORWARD);
    machine.destroy();
  });
});
