import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Arrays, Merging } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { loadWeights } from '../models/load';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel } from '../testing/tiny';
import { biasCorrections } from '../optim/schedule';
import { deviceOptions } from './plan';
import { BETA1, BETA2, recordPrograms, type ProgramOptions } from './programs';
import type { MethodConfig } from './protocol';

const BATCH = 2;
const MICROS = 3;
const PIXELS = BATCH * 3 * 16 * 16;

/** A run of the tiny model, step by step, that starts from a delta that is not zero. */
async function start(device: Device, config: MethodConfig, merging: Merging, more: Partial<ProgramOptions> = {}) {
  const model = await tinyModel();
  const adapted = new Adapted(model.net, config);
  const programs = recordPrograms(adapted, {
    batch: BATCH, accumulate: MICROS, weight_decay: 0.01, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form: 'merged', merging, ...deviceOptions(device.report), ...more,
  });
  const { rec, once, train, update, evaluate } = programs;
  const machine = await Machine.build(device, rec);
  const values: Arrays = await adapted.initialise(1, (name) => model.source.readF32Checked(name));
  const random = randomNormal(11);
  for (const [label, data] of Object.entries(values)) if (!label.startsWith('base_model.vera_') && !/randlora_[AB]|basis/.test(label)) for (let i = 0; i < data.length; i++) data[i] = defined(data[i]) + (0.05 * random());
  await loadWeights(machine, rec, adapted.trace, model.source, values);
  let t = 0;
  const images = (seed: number) => Float32Array.from({ length: PIXELS }, randomNormal(seed));
  const read = async (of: (t: ReturnType<typeof rec.flats.params>[number]['tensor']) => Promise<Float32Array>) => Object.fromEntries(await Promise.all(rec.flats.params().map(async ({ tensor }) => [tensor.label, await of(tensor)] as const)));
  return {
    machine, programs, adapted,
    /** One step; the loss, and the gradients before the update takes them. */
    async step(spoil?: (micro: number, pixels: Float32Array) => void): Promise<{ loss: number; grads: Arrays }> {
      t++;
      const scalars = { ...noStep, lr: 1e-2, headLr: 1e-2, ...biasCorrections(t, BETA1, BETA2), invCount: 1 / (BATCH * MICROS), maxNorm: 1 };
      for (let micro = 0; micro < MICROS; micro++) {
        const pixels = images(100 * t + micro);
        spoil?.(micro, pixels);
        machine.write(programs.inputs.pixel_values!, pixels);
        machine.write(programs.inputs.labels!, Uint32Array.of(micro, (micro + 1) % 3));
        machine.setStep({ ...scalars, micro });
        if (once && micro === 0) await machine.run(once);
        await machine.run(train);
      }
      await machine.run(update!);
      const [loss] = await machine.readF32(programs.metrics);
      return { loss: loss!, grads: await read((tensor) => machine.readF32(rec.paramGrad(tensor))) };
    },
    async logits(): Promise<Float32Array> {
      machine.write(programs.inputs.pixel_values!, images(7));
      machine.setStep(noStep);
      if (once) await machine.run(once);
      await machine.run(evaluate!);
      return machine.readF32(programs.outputs);
    },
    values: () => read((tensor) => machine.readF32(tensor)),
  };
}

const configs: (MethodConfig & { what: string })[] = [
  { what: 'LoRA', method: 'lora', r: 3 },
  { what: 'DoRA', method: 'dora', r: 4 },
  { what: 'VeRA', method: 'vera', r: 8 },
  { what: 'NoLA', method: 'nola', r: 1, nola_num_bases: 6 },
  { what: 'RandLoRA', method: 'randlora', r: 4 },
  { what: 'RandLoRA, no multiple of four', method: 'randlora', r: 5 },
  { what: 'RandLoRA on query and value', method: 'randlora', r: 4, target_modules: ['query', 'value'] },
  { what: 'RandLoRA-a', method: 'randlora', r: 4, ablation: 'a' },
];

describe('weights that are merged once a step', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test.each(configs)('$what: gradients, updates and the evaluation are those of merging for each micro-batch', async ({ what: _, ...config }) => {
    const [once, again] = [await start(device, config, 'once'), await start(device, config, 'again')];
    try {
      // The second step finds what the first left in every buffer.
      for (let step = 0; step < 3; step++) {
        const [got, want] = [await once.step(), await again.step()];
        expect(Math.abs(got.loss - want.loss)).toBeLessThan(1e-5);
        // Sums over micro-batches in another order; Adam makes the rounding of small gradients larger from step to step.
        for (const [label, data] of Object.entries(want.grads)) expect(maxError(defined(got.grads[label]), data), `${label}, step ${step}`).toBeLessThan(step === 0 ? 1e-5 : 1e-3);
      }
      const want = await again.values();
      for (const [label, data] of Object.entries(await once.values())) expect(maxError(data, defined(want[label])), label).toBeLessThan(1e-3);
      expect(maxError(await once.logits(), await again.logits())).toBeLessThan(1e-3);
    } finally {
      once.machine.destroy();
      again.machine.destroy();
    }
    expect(device.ledger).toEqual({});
  });

  test('so they are with recomputed activations and 8-bit weights', async () => {
    const more = { frozen_dtype: 'q8', checkpoint_activations: true } as const;
    for (const config of [{ method: 'dora', r: 4 }, { method: 'randlora', r: 4 }]) {
      const [once, again] = [await start(device, config, 'once', more), await start(device, config, 'again', more)];
      const [got, want] = [await once.step(), await again.step()];
      for (const [label, data] of Object.entries(want.grads)) expect(maxError(defined(got.grads[label]), data), label).toBeLessThan(1e-5);
      once.machine.destroy();
      again.machine.destroy();
    }
  });

  test('a step with one micro-batch that is not finite changes nothing and leaves nothing to the next', async () => {
    const config = { method: 'randlora', r: 4 };
    const run = await start(device, config, 'once');
    await run.step();
    const before = await run.values();
    await run.step((micro, pixels) => micro === 1 && pixels.fill(NaN));
    expect(await run.values()).toEqual(before);
    await run.step();
    const after = await run.values();
    expect(Object.values(after).every((data) => data.every(Number.isFinite))).toBe(true);
    expect(after).not.toEqual(before);
    run.machine.destroy();
  });

  test('makes W\' and takes its gradient apart once, and allocates what is planned, by role', async () => {
    const run = await start(device, { method: 'randlora', r: 4 }, 'once');
    const { once, train, update } = run.programs;
    const named = (program: typeof train | null, name: string) => program!.entries.filter(({ kernel }) => kernel.name.startsWith(name)).length;
    // Two blocks of five layers, of which query, key and value run as one.
    const layers = 6;
    expect([named(once, 'randlora_merge'), named(train, 'randlora_'), named(update, 'randlora_reduce'), named(update, 'randlora_merge')]).toEqual([layers, 0, layers, 0]);
    expect(device.ledger).toEqual(run.machine.plan.bytes);
    const weights = 4 * run.adapted.layers.reduce((sum, layer) => sum + layer.in * layer.out, 0);
    expect(run.machine.plan.bytes.merged).toBe(weights);
    run.machine.destroy();
    const again = await start(device, { method: 'randlora', r: 4 }, 'again');
    expect(run.machine.plan.bytes.grad! - again.machine.plan.bytes.grad!).toBe(weights);
    expect(again.programs.once).toBeNull();
    again.machine.destroy();
  });
});
