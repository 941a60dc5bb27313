import type { Adapted } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import type { TensorSource } from '../io/safetensors';
import { loadWeights } from '../models/load';
import type { HostBatch } from '../tasks/task';
import { hostBatch, writeBatch } from './batch';
import { PADDING } from './evaluate';
import { deviceOptions } from './plan';
import { recordEvaluation } from './programs';
import { makeOnce } from './withPrograms';

export interface LogitsInput {
  adapted: Adapted;
  source: TensorSource;
  values: Arrays;
  /** pixel_values (B, 3, S, S) of the adapted model's size. */
  pixels?: Float32Array;
  /** All inputs of a batch of so many rows by name, in place of the images. */
  batch?: { rows: number; inputs: HostBatch };
}

/** Logits (B, K) of a model with its adapter, unmerged, for images, or for texts; (B, T, K) where it reads each of their tokens. */
export async function logitsOf(device: Device, { adapted, source, values, pixels, batch: given }: LogitsInput): Promise<Float32Array> {
  const { channels, image_size } = adapted.model;
  const { rows: batch, inputs: found } = given ?? { rows: pixels!.length / (channels * image_size * image_size), inputs: { pixel_values: pixels! } };
  const programs = recordEvaluation(adapted, {
    batch, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false,
    ...deviceOptions(device.report),
  });
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, source, values);
    await makeOnce(machine, programs.rec);
    const { inputs } = programs.measured;
    const host = hostBatch(inputs);
    host.labels?.fill(PADDING);
    writeBatch(machine, inputs, { ...host, ...found });
    machine.setStep(noStep);
    await machine.run(programs.evaluate);
    return await machine.readF32(programs.outputs);
  } finally {
    machine.destroy();
  }
}
