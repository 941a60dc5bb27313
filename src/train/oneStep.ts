import type { Adapted } from '../adapters/adapted';
import type { Arrays, Form, Merging } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import type { RecorderOptions } from '../engine/record';
import { noStep } from '../engine/step';
import type { TensorSource } from '../io/safetensors';
import { loadWeights } from '../models/load';
import { defined } from '../numbers/defined';
import type { HostBatch } from '../tasks/task';
import { logitsOf } from './logits';
import { deviceOptions } from './plan';
import { recordPrograms } from './programs';
import type { FrozenDtype } from './protocol';

export interface StepInput {
  adapted: Adapted;
  /** The base checkpoint. */
  source: TensorSource;
  /** Values by label that do not come from the checkpoint: adapter, bases, head. */
  values: Arrays;
  pixels?: Float32Array;
  /** All inputs of a batch of so many rows by name, in place of the images and what goes with them. */
  batch?: { rows: number; inputs: HostBatch };
  /** Classes; for two towers, pairs of equal labels are no negatives of each other. */
  labels?: Uint32Array;
  /** Two towers: input_ids (B, T), and the places where the texts end. */
  texts?: { ids: Uint32Array; ends: Uint32Array };
  frozen_dtype?: FrozenDtype;
  checkpoint_activations?: boolean;
  form?: Form;
  /** Treatment of merged weights; chosen when left out. */
  merging?: Merging;
  /** Equal micro-batches that the images are cut into; 1 when left out. */
  accumulate?: number;
  /** Form of attention; chosen when left out. */
  attention?: RecorderOptions['attention'];
}

export interface StepOutput {
  /** (B, K); (B, B) for two towers; (B, T, V) of a model that goes on with texts. */
  logits: Float32Array;
  /** Mean cross entropy, or the contrastive loss. */
  loss: number;
  /** Gradients of everything that learns, by label. */
  grads: Arrays;
}

/** One forward and backward in evaluation mode (no dropout), without an update: for comparing with PyTorch. */
export async function oneStep(device: Device, input: StepInput): Promise<StepOutput> {
  const { adapted, source, values, pixels, texts, accumulate = 1 } = input;
  const { rows, inputs } = input.batch ?? { rows: input.labels!.length, inputs: { pixel_values: pixels!, labels: input.labels!, ...(texts && { input_ids: texts.ids, text_ends: texts.ends }) } };
  const programs = recordPrograms(adapted, {
    batch: rows / accumulate,
    accumulate,
    weight_decay: 0,
    label_smoothing: 0,
    frozen_dtype: input.frozen_dtype ?? 'f32',
    checkpoint_activations: input.checkpoint_activations ?? false,
    form: input.form,
    merging: input.merging,
    ...deviceOptions(device.report),
    attention: input.attention,
    optimizer: false,
  });
  const { rec, once, train, update } = programs;
  const machine = await Machine.build(device, rec);
  try {
    await loadWeights(machine, rec, adapted.trace, source, values);
    const part = <T extends Float32Array | Uint32Array>(data: T, micro: number) => data.subarray((micro * data.length) / accumulate, ((micro + 1) * data.length) / accumulate);
    const counted = programs.objective.counted?.(inputs, adapted.model) ?? rows;
    const logits: number[] = [];
    for (let micro = 0; micro < accumulate; micro++) {
      for (const [name, tensor] of Object.entries(programs.inputs)) if (inputs[name]) machine.write(tensor, part(inputs[name], micro));
      machine.setStep({ ...noStep, micro, invCount: 1 / counted });
      if (once && micro === 0) await machine.run(once);
      await machine.run(train);
      for (const value of await machine.readF32(programs.outputs)) logits.push(value);
    }
    if (update) await machine.run(update);
    const read = rec.flats.params().map(({ tensor }) => ({ label: tensor.label, tensor: rec.paramGrad(tensor), data: new Float32Array(tensor.storage.bytes / 4) }));
    await machine.read(read);
    const grads: Arrays = Object.fromEntries(read.map(({ label, data }) => [label, data]));
    const [loss] = await machine.readF32(programs.metrics);
    await machine.idle();
    // What a method says of images is not always what it learns by.
    const output = adapted.method.prompts?.compare ? await logitsOf(device, { adapted, source, values, pixels: pixels! }) : Float32Array.from(logits);
    return { logits: output, loss: defined(loss), grads };
  } finally {
    machine.destroy();
  }
}
