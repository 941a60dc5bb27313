import type { Adapted } from '../adapters/adapted';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import type { TensorSource } from '../io/safetensors';
import { loadWeights } from '../models/load';
import { PADDING } from './evaluate';
import { deviceOptions } from './plan';
import { recordEvaluation } from './programs';
import { makeOnce } from './withPrograms';

/** Logits (B, K) of a model with its adapter, unmerged, for pixel_values (B, 3, S, S) of the adapted model's size. */
export async function logitsOf(device: Device, { adapted, source, values, pixels }: { adapted: Adapted; source: TensorSource; values: Arrays; pixels: Float32Array }): Promise<Float32Array> {
  const { channels, image_size } = adapted.model;
  const batch = pixels.length / (channels * image_size * image_size);
  const programs = recordEvaluation(adapted, {
    batch, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false,
    ...deviceOptions(device.report),
  });
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, source, values);
    await makeOnce(machine, programs.rec);
    const { pixel_values, labels } = programs.measured.inputs;
    machine.write(pixel_values!, pixels);
    if (labels) machine.write(labels, new Uint32Array(batch).fill(PADDING));
    machine.setStep(noStep);
    await machine.run(programs.evaluate);
    return await machine.readF32(programs.outputs);
  } finally {
    machine.destroy();
  }
}
