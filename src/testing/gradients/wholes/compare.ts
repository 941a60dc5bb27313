import { methodOf } from '../../../adapters';
import { Adapted, adapterLabel, modelLabel } from '../../../adapters/adapted';
import type { MethodConfig } from '../../../adapters/field';
import type { Arrays } from '../../../adapters/method';
import type { Device } from '../../../engine/device';
import { sizeOf } from '../../../engine/tensor';
import { bytesAccess, openSafetensors, type TensorSource } from '../../../io/safetensors';
import { parseModel } from '../../../models';
import { twoTowers, type ReadsTexts } from '../../../models/byText';
import { traceModel } from '../../../models/trace';
import { oneStep, type StepInput } from '../../../train/oneStep';
import { randomNormal } from '../../checkOp';
import { tinyWeights } from '../../tiny';
import { largestOf, relativeError, type Outcome } from '../compare';
import { asMatrix, plus, plusRow, sum, timesT, valueAt, type Matrix } from '../matrix';
import { storageNames, storages, type Storage } from '../storage';
import { loraOn, losses, type Batch } from './losses';

/** A CLIP of two blocks in each tower, with sides that no tile divides. */
const CONFIG = {
  model_type: 'clip',
  projection_dim: 20,
  vision_config: { hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 28, image_size: 8, patch_size: 4 },
  text_config: { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20, max_position_embeddings: 14, vocab_size: 30, eos_token_id: 29 },
};
const SIZES: Batch['net']['sizes'] = { image: { size: 8, patch: 4, heads: 2, blocks: 2 }, text: { heads: 2, blocks: 2 } };
const LABELS = [2, 0, 1, 1];
const NAMES = [[3], [4, 9], [17]];
const [START, END, STOP, WORDS] = [28, 29, 7, [5, 6, 11, 12]];

/** Gradients go through two blocks of two towers, in f32: some dozens of sums one after the other, where a layer has a few. The largest error seen is less than half of it. */
export const WHOLE_TOLERANCE = 512 * 2 ** -24;

/** Distance that a number is moved to each side. */
const STEP = 1e-5;
/** Of a tensor with more numbers a few are looked at one by one, as many as there is time for, and the whole of it in two random directions, or one where there is less time. */
export const LOOKS = 120;
const DIRECTIONS = 2;

/** Settings of the methods that are looked at on a whole model: those that put tokens into its sequences, or train its own weights. */
const settings: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  full: [{}],
  linear_probe: [{}],
  ln_tuning: [{}, { target_modules: ['layer_norm1'] }],
  bitfit: [{}],
  vpt: [{ n_ctx: 3 }, { n_ctx: 2, prompt_depth: 1 }],
  coop: [{ n_ctx: 4 }, { n_ctx: 3, class_specific: true, class_token_position: 'middle' }, { n_ctx: 3, class_token_position: 'front' }],
  coop_lora: [{ n_ctx: 3, r: 3, lora_alpha: 5 }],
  cocoop: [{ n_ctx: 4 }],
  maple: [{ n_ctx: 2, prompt_depth: 9 }, { n_ctx: 3, prompt_depth: 1 }],
  promptsrc: [{ n_ctx_text: 3, n_ctx_vision: 2, prompt_depth_text: 2, prompt_depth_vision: 2, text_loss_weight: 25, image_loss_weight: 10 }],
  dept_coop: [{ n_ctx: 4, weight: 0.7 }],
  dept_maple: [{ n_ctx: 2, prompt_depth: 2, weight: 0.3 }],
};

export const isOnWholes = (key: string): boolean => methodOf(key).prompts !== undefined || methodOf(key).trains !== 'adapter';

export function wholeConfigs(key: string): MethodConfig[] {
  const own = settings[key];
  if (!own) throw new Error(`${key} has no settings here; add some, and its loss`);
  return own.map((more) => ({ ...more, method: key }));
}

/** Ways to run a step of a whole model. */
export const ways: readonly ({ name: string } & Pick<StepInput, 'accumulate' | 'checkpoint_activations'>)[] = [{ name: 'as it is' }, { name: 'in micro-batches, recomputed', accumulate: 2, checkpoint_activations: true }];
export type Way = (typeof ways)[number];

export const wholeStorages = (key: string): readonly Storage[] => (methodOf(key).trains === 'weights' ? (['f32'] as const) : storageNames);

interface Whole {
  adapted: Adapted;
  source: TensorSource;
  values: Arrays;
  /** Labels of what learns. */
  learning: string[];
  pixels: Float32Array;
}

/** The model with a method on it, all that learns moved off its start. */
async function whole(config: MethodConfig): Promise<Whole> {
  const parsed = parseModel(CONFIG) as ReadsTexts;
  const labels = NAMES.map((_, i) => `class ${i}`);
  const named = parsed.as({ labels, classTexts: { names: NAMES, start: START, end: END, stop: [STOP], pad: 0, words: methodOf(config.method).prompts?.texts?.words({ ctx_init: 'worded', ...config }) ? WORDS : [] } });
  const adapted = new Adapted(named, config);
  const random = randomNormal(91);
  const both = traceModel(twoTowers(parsed)).weights;
  const weights = new Map([...both, ...traceModel(named).weights]);
  const source = await openSafetensors(bytesAccess(tinyWeights(weights, 23, { logit_scale: 2.3 })));
  const values: Arrays = await adapted.initialise(1, (key) => source.readF32Checked(key));
  const learning = [
    ...adapted.layers.flatMap((layer) => Object.entries(adapted.method.tensors(adapted.configOf(layer), layer)).map(([suffix, shape]) => ({ label: adapterLabel(layer.name, suffix), shape }))),
    ...Object.entries(adapted.common).map(([name, { shape }]) => ({ label: modelLabel(name), shape })),
    ...[...adapted.trainedHead, ...adapted.trainedWeights].map((label) => ({ label, shape: weights.get(label) ?? [] })),
  ];
  for (const { label, shape } of learning) {
    const start = label.endsWith('.scale') ? 1 : 0;
    values[label] = adapted.trainedWeights.has(label) ? await source.readF32Checked(label) : Float32Array.from({ length: sizeOf(shape) }, () => start + 0.3 * random());
  }
  values.teacher_text_features = Float32Array.from({ length: NAMES.length * CONFIG.projection_dim }, random);
  return { adapted, source, values, learning: learning.map(({ label }) => label), pixels: Float32Array.from({ length: LABELS.length * 3 * 8 * 8 }, random) };
}

/** The loss as a function of what learns, which it reads by label from `now`. */
async function lossOf({ adapted, source, values, pixels }: Whole, config: MethodConfig, storage: Storage, now: Readonly<Record<string, Float64Array>>): Promise<() => number> {
  const shapes = new Map(source.names().map((name) => [name, source.info(name).shape] as const));
  const weights: Record<string, Matrix> = {};
  for (const [name, shape] of shapes) {
    const data = await source.readF32Checked(name);
    // Only the weights of layers are stored otherwise.
    const isLayers = /(_proj|fc[12]|patch_embedding|_projection)\.weight$/.test(name);
    const cols = shape.length > 1 ? sizeOf(shape.slice(1)) : data.length;
    weights[name] = asMatrix(isLayers ? storages[storage](data) : data, data.length / cols, cols);
  }
  const found = (name: string): Matrix => {
    const known = weights[name];
    if (!known) throw new Error(`no weight ${name}`);
    const own = now[name];
    return own ? { ...known, data: own } : known;
  };
  const trainedShapes = new Map(Object.entries(adapted.common).map(([name, { shape }]) => [modelLabel(name), shape] as const));
  const trained = (name: string): Matrix => {
    const data = now[modelLabel(name)];
    const cols = trainedShapes.get(modelLabel(name))?.at(-1) ?? 1;
    if (!data) throw new Error(`nothing trained is called ${name}`);
    return asMatrix(data, data.length / cols, cols);
  };
  const net: Batch['net'] = {
    sizes: SIZES,
    matrix: found,
    vector: (name) => found(name).data,
    linear(name, x) {
      const y = plusRow(timesT(x, found(`${name}.weight`)), found(`${name}.bias`).data);
      const [A, B] = ['lora_A.weight', 'lora_B.weight'].map((suffix) => now[`base_model.model.${name}.${suffix}`]);
      if (!A || !B) return y;
      const r = Number(config.r);
      return plus(y, loraOn(x, asMatrix(A, r, x.cols), asMatrix(B, y.cols, r), Number(config.lora_alpha) / r));
    },
  };
  const loss = losses[config.method];
  if (!loss) throw new Error(`${config.method} has no loss in src/testing/gradients/wholes`);
  const one = pixels.length / LABELS.length;
  const batch: Batch = {
    net, settings: config, labels: LABELS, trained,
    known: adapted.layers.length > 0 || adapted.trainedWeights.size > 0 ? null : {},
    images: LABELS.map((_, i) => Float64Array.from(pixels.subarray(i * one, (i + 1) * one))),
    texts: { names: NAMES, start: START, end: END, stop: STOP, words: WORDS },
    teacher: asMatrix(values.teacher_text_features ?? [], NAMES.length, CONFIG.projection_dim),
  };
  return () => loss(batch);
}

/** Directions of length 1 along which one of so many tensors is compared: some of its single numbers, and random ones. */
const looksAt = (size: number, tensors: number, looks: number, random: () => number): Float64Array[] => {
  const samples = Math.min(16, Math.floor(looks / tensors));
  const at = (i: number) => { const d = new Float64Array(size); d[i] = 1; return d; };
  const count = looks < LOOKS ? 1 : DIRECTIONS;
  if (size <= samples + count) return Array.from({ length: size }, (_, i) => at(i));
  const directions = Array.from({ length: count }, () => {
    const d = Float64Array.from({ length: size }, random);
    const length = Math.hypot(...d);
    return d.map((value) => value / length);
  });
  return [...Array.from({ length: samples }, (_, i) => at(Math.floor(((i + 0.5) * size) / samples))), ...directions];
};

/** Compares a step of a whole model in some ways, with about so many looks at its gradients, under a method with central differences, in f64, of the loss that its paper has. */
export async function compareWhole(device: Device, config: MethodConfig, storage: Storage, some: readonly Way[] = ways, most = LOOKS): Promise<Outcome[]> {
  const made = await whole(config);
  const now = Object.fromEntries(made.learning.map((label) => [label, Float64Array.from(made.values[label] ?? [])]));
  const value = await lossOf(made, config, storage, now);
  const random = randomNormal(5);
  const looks = made.learning.map((label) => {
    const data = now[label] ?? new Float64Array();
    const middle = data.slice();
    const moved = (direction: Float64Array, by: number) => {
      data.set(middle.map((number, i) => number + by * valueAt(direction, i)));
      const result = value();
      data.set(middle);
      return result;
    };
    const directions = looksAt(data.length, made.learning.length, most, random);
    return { label, directions, wanted: directions.map((direction) => (moved(direction, STEP) - moved(direction, -STEP)) / (2 * STEP)) };
  });
  const largest = Math.max(...looks.flatMap(({ wanted }) => wanted.map(Math.abs)));
  const loss = value();
  const outcomes: Outcome[] = [];
  for (const { name, ...way } of some) {
    const { grads, loss: got } = await oneStep(device, { adapted: made.adapted, source: made.source, values: made.values, pixels: made.pixels, labels: Uint32Array.from(LABELS), frozen_dtype: storage, form: 'streamed', ...way });
    const unexpected = Object.keys(grads).filter((label) => !made.learning.includes(label));
    if (unexpected.length) throw new Error(`${config.method} learns ${unexpected.join(', ')}, which nothing was compared with`);
    const errors: Outcome['errors'] = {};
    // A loss of several micro-batches stands in as many parts.
    if (!way.accumulate) errors.loss = Math.abs(got - loss) / Math.abs(loss);
    for (const { label, directions, wanted } of looks) {
      const gradient = grads[label] ?? new Float32Array();
      const seen = directions.map((direction) => sum(direction.length, (i) => valueAt(direction, i) * valueAt(gradient, i)));
      // Few of its numbers were looked at: the largest may be another. The softmax takes a key's bias away: its gradient is 0, and is measured by the others.
      errors[label] = relativeError(seen, wanted, label.endsWith('k_proj.bias') || gradient.length === 1 ? largest : Math.max(largestOf(wanted), largestOf(gradient)));
    }
    outcomes.push({ name: `${JSON.stringify(config)}, ${storage}, ${name}`, trainables: sum(looks.length, (i) => looks[i]?.wanted.length ?? 0), errors });
  }
  return outcomes;
}
