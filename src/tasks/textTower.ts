import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Arrays } from '../adapters/method';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import type { Reading } from '../engine/gather';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import type { TensorSource } from '../io/safetensors';
import { LOGIT_SCALE, TEXT_HEAD, textInputs, twoTowers } from '../models/byText';
import { loadWeights, upload } from '../models/load';
import type { Model } from '../models/model';
import type { Context } from '../nn/context';
import { defined } from '../numbers/defined';
import { exp, lengthOf } from '../numbers/elementary';
import { l2Normalize } from '../ops/normalize';
import type { ClassPrompts } from './prompts';
import type { Beside, Recording } from './task';

/** Texts that go through the text tower at once. */
const BATCH = 32;

/**
 * The text head (K, D): exp(logit_scale) times the classes' text features, of a checkpoint as it is, or of both towers as
 * `trained` has them.
 */
export async function makeTextHead(device: Device, model: { net: Model; source: TensorSource }, prompts: ClassPrompts, options: Recording, signal?: AbortSignal, trained?: { adapted: Adapted; values: Arrays }): Promise<Float32Array> {
  const { adapted, values } = trained ?? { adapted: frozenTowers(model.net, prompts), values: {} };
  const features = await readTexts(device, { adapted, values, source: model.source }, prompts, options, { unit: true, signal });
  const [scale] = values[LOGIT_SCALE] ?? (await model.source.readF32Checked(LOGIT_SCALE));
  return headOf(features, prompts, defined(scale));
}

/** Text features (K, D) of a checkpoint as it is, averaged over the templates as they are, of no certain length. */
export async function meanTexts(device: Device, model: { net: Model; source: TensorSource }, prompts: ClassPrompts, options: Recording, signal?: AbortSignal): Promise<Float32Array> {
  const features = await readTexts(device, { adapted: frozenTowers(model.net, prompts), values: {}, source: model.source }, prompts, options, { unit: false, signal });
  const [K, P] = [prompts.classes.length, prompts.templates.length];
  const width = features.length / (K * P);
  return Float32Array.from({ length: K * width }, (_, i) => {
    const first = Math.floor(i / width) * P * width + (i % width);
    let sum = 0;
    for (let p = 0; p < P; p++) sum += defined(features[first + p * width]);
    return sum / P;
  });
}

const frozenTowers = (net: Model, { tokens }: ClassPrompts): Adapted => new Adapted(twoTowers(net, { tokens }), FROZEN);

/** Features (K * templates, D) of all texts, on a machine of their own. */
async function readTexts(device: Device, { adapted, values, source }: { adapted: Adapted; values: Arrays; source: TensorSource }, prompts: ClassPrompts, options: Recording, { unit, signal }: { unit: boolean; signal?: AbortSignal }): Promise<Float32Array> {
  const { rec, text } = recordTextTower(adapted, { ...options, batch: Math.min(BATCH, prompts.ends.length) }, unit);
  const machine = await Machine.build(device, rec);
  try {
    await loadWeights(machine, rec, adapted.trace, source, values);
    return await textFeatures(machine, text, prompts, signal);
  } finally {
    machine.destroy();
  }
}

/**
 * Computes the text head anew from the text tower as it stands, where both towers are trained, and puts it in place. The scale is
 * read with the features where it is given as a tensor.
 */
export async function refreshTextHead(machine: Machine, rec: Recorder, text: Beside, prompts: ClassPrompts, scale: number | Tensor, signal?: AbortSignal): Promise<void> {
  const trained = new Float32Array(1);
  const features = await textFeatures(machine, text, prompts, signal, typeof scale === 'number' ? [] : [{ tensor: scale, data: trained }]);
  upload(machine, rec.find(TEXT_HEAD)!, headOf(features, prompts, typeof scale === 'number' ? scale : defined(trained[0])));
}

/** Records the text tower by itself: of ids (B, T) and ends (B), which it asks for, features (B, D), of length 1 each unless they are wanted as they are. */
export function recordTexts(rec: Recorder, context: Context, model: Model, batch: number, unit = true): Beside {
  let text!: Omit<Beside, 'program'>;
  const body = () => {
    const { ids, ends } = textInputs(context, batch, model.pairs!.tokens);
    text = { inputs: { input_ids: ids, text_ends: ends }, out: rec.keep((unit ? l2Normalize : same)(model.text!.features(context, ids, ends))) };
  };
  const program = rec.program('texts', body, { gradients: false });
  return { ...text, program };
}

const same = (x: Tensor): Tensor => x;

/** The text tower alone. */
function recordTextTower(adapted: Adapted, options: Recording, unit: boolean): { rec: Recorder; text: Beside } {
  const { batch } = options;
  const rec = new Recorder(options);
  const context = adapted.context({ rec, batch, training: false, frozen_dtype: options.frozen_dtype, checkpoint_activations: false, form: options.form });
  return { rec, text: recordTexts(rec, context, adapted.model, batch, unit) };
}

/** Features (K * templates, D) of all texts, as they are recorded; what else is wanted is read with them. */
async function textFeatures(machine: Machine, { inputs, program, out }: Beside, prompts: ClassPrompts, signal?: AbortSignal, besides: readonly Reading[] = []): Promise<Float32Array> {
  const [batch, tokens] = inputs.input_ids!.shape as [number, number];
  if (tokens !== prompts.tokens) throw new EngineError('shape', `the text tower is recorded for ${tokens} tokens, the texts have ${prompts.tokens}`);
  const width = defined(out.shape[1]);
  const count = prompts.ends.length;
  const all = new Float32Array(count * width);
  const ids = new Uint32Array(batch * tokens);
  const ends = new Uint32Array(batch);
  machine.setStep(noStep);
  await machine.gather(async (gathering) => {
    if (besides.length) await gathering.take(besides);
    for (let from = 0; from < count; from += batch) {
      const to = Math.min(count, from + batch);
      ids.set(prompts.ids.subarray(from * tokens, to * tokens));
      ends.set(prompts.ends.subarray(from, to));
      machine.write(inputs.input_ids!, ids);
      machine.write(inputs.text_ends!, ends);
      await gathering.run(program, { tensor: out, data: all.subarray(from * width, to * width) }, signal);
    }
  });
  return all;
}

/**
 * Rows (K, D): the mean over the templates of features of length 1, made length 1 again, times exp(logit_scale).
 * Source: Radford et al. 2021, 3.1.4; open_clip zero_shot_classifier.py.
 */
export function headOf(features: Float32Array, prompts: Pick<ClassPrompts, 'classes' | 'templates'>, scale: number): Float32Array {
  const K = prompts.classes.length;
  const P = prompts.templates.length;
  const width = features.length / (K * P);
  const head = new Float32Array(K * width);
  for (let k = 0; k < K; k++) {
    const mean = new Float64Array(width);
    for (let p = 0; p < P; p++) for (let c = 0; c < width; c++) mean[c] = defined(mean[c]) + defined(features[(k * P + p) * width + c]);
    const factor = exp(scale) / Math.max(1e-12, lengthOf(mean));
    for (let c = 0; c < width; c++) head[k * width + c] = defined(mean[c]) * factor;
  }
  return head;
}
