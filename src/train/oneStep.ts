import type { Adapted } from '../adapters/adapted';
import type { Form } from '../adapters/method';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import type { RecorderOptions } from '../engine/record';
import { noStep } from '../engine/step';
import type { TensorSource } from '../io/safetensors';
import { loadWeights } from '../models/load';
import { deviceOptions } from './plan';
import { recordPrograms } from './programs';
import type { FrozenDtype } from './protocol';

export interface StepInput {
  adapted: Adapted;
  /** The base checkpoint. */
  source: TensorSource;
  /** Values by label that do not come from the checkpoint: adapter, bases, head. */
  values: Arrays;
  pixels: Float32Array;
  /** Classes; for two towers, pairs of equal labels are no negatives of each other. */
  labels: Uint32Array;
  /** Two towers: input_ids (B, T), and the places where the texts end. */
  texts?: { ids: Uint32Array; ends: Uint32Array };
  frozen_dtype?: FrozenDtype;
  checkpoint_activations?: boolean;
  form?: Form;
  /** Whether merged weights are kept for the backward, where it is not to be chosen. */
  keep_merged?: boolean;
  /** How attention runs, where it is not to be chosen. */
  attention?: RecorderOptions['attention'];
}

export interface StepOutput {
  /** (B, K); (B, B) for two towers. */
  logits: Float32Array;
  /** Mean cross entropy, or the contrastive loss. */
  loss: number;
  /** Gradients of everything that learns, by label. */
  grads: Arrays;
}

/** One forward and backward in evaluation mode (no dropout), without an update: for comparing with PyTorch. */
export async function oneStep(device: Device, input: StepInput): Promise<StepOutput> {
  const { adapted, source, values, pixels, labels } = input;
  const programs = recordPrograms(adapted, {
    batch: labels.length,
    weight_decay: 0,
    label_smoothing: 0,
    frozen_dtype: input.frozen_dtype ?? 'f32',
    checkpoint_activations: input.checkpoint_activations ?? false,
    form: input.form,
    keep_merged: input.keep_merged,
    ...deviceOptions(device.report),
    attention: input.attention,
    optimizer: false,
  });
  const { rec, train } = programs;
  const machine = await Machine.build(device, rec);
  try {
    await loadWeights(machine, rec, adapted.trace, source, values);
    machine.write(programs.pixels, pixels);
    machine.write(programs.labels, labels);
    if (programs.text && input.texts) {
      machine.write(programs.text.ids, input.texts.ids);
      machine.write(programs.text.ends, input.texts.ends);
    }
    machine.setStep({ ...noStep, invCount: 1 / labels.length });
    await machine.run(train);
    const grads: Arrays = {};
    for (const { tensor } of rec.flats.params()) grads[tensor.label] = await machine.readF32(rec.paramGrad(tensor));
    const logits = await machine.readF32(programs.logits);
    const [loss] = await machine.readF32(programs.metrics);
    await machine.idle();
    return { logits, loss: loss!, grads };
  } finally {
    machine.destroy();
  }
}
