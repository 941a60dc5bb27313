import { Adapted, adapterLabel } from '../adapters/adapted';
import type { Layer } from '../adapters/method';
import { Batches } from '../data/batches';
import { DataError } from '../data/source';
import type { Device } from '../engine/device';
import { formOf } from '../engine/forms';
import { Machine } from '../engine/machine';
import { textFor } from '../engine/pipelines';
import type { Entry, Program } from '../engine/record';
import { onProcessor } from '../engine/report';
import { noStep } from '../engine/step';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { quote } from '../errors/text';
import { loadWeights } from '../models/load';
import { defined } from '../numbers/defined';
import { biasCorrections } from '../optim/schedule';
import { openTask } from '../tasks';
import { hostBatch, writeBatch } from './batch';
import { keptTrain, learningRates } from './config';
import { trainBatches } from './feeds';
import type { LoadedModel } from './openModel';
import { smallPicture } from './openSet';
import { programOptions } from './plan';
import { BETA1, BETA2, recordPrograms, type Programs } from './programs';
import type { RunSpec, TrainConfig } from './protocol';
import type { Reading } from './readings';
import { runSplits } from './split';
import { blockOf, Places } from './stepPlaces';
import type { StepAsked, StepDispatch, StepLayer, StepLook, StepRows, StepSource, StepTensor, StepTrained } from './stepLook.meta';

/** Program that gives a layer's update as a matrix. */
const LOOK = 'look';
/** Steps that one may ask for at most: they are trained first. */
export const MOST_STEPS = 20;

/** A layer's dispatches in the recorded step, and the tensors that flow through it. */
interface Found {
  entries: { entry: Entry; index: number }[];
  x: Tensor;
  y: Tensor;
  residual: Tensor | null;
  gradient: Tensor;
}

const isBound = (t: Tensor): boolean => !t.label.startsWith('none ');

/** The label of layers that run as one: what their names have in common, and the ends of them. */
function labelOf(names: readonly string[]): string {
  const at = defined(names[0]).lastIndexOf('.') + 1;
  return defined(names[0]).slice(0, at) + names.map((name) => name.slice(at)).join(' + ');
}

/** Finds a layer in the recorded step by the labels that its context gave its dispatches. */
function find(train: Program, label: string, width: number, rows: number): Found {
  const entries = train.entries.map((entry, index) => ({ entry, index })).filter(({ entry }) => entry.label === label || entry.label.startsWith(`${label}.`));
  const of = (phase: Entry['phase']) => entries.flatMap(({ entry }) => (entry.phase === phase ? entry : []));
  const isFlow = (t: Tensor | undefined): t is Tensor => t !== undefined && isBound(t) && lastOf(t) === width && rowsOf(t) === rows;
  // The product with the weight, whose bias is bound nowhere else; before an activation the result lies apart.
  const product = of('forward').find(({ tensors }) => tensors.x && tensors.weight && isFlow(tensors.out));
  const { x, out, pre, residual } = product?.tensors ?? {};
  const y = isFlow(pre) ? pre : out;
  const gradient = of('backward').map(({ tensors }) => tensors.x).find((t) => isFlow(t) && /(^|\.)d /.test(t.label));
  if (!x || !y || !gradient) throw new Error(`${label} is not in the recorded step.`);
  return { entries, x, y, residual: residual && isBound(residual) ? residual : null, gradient };
}

/** Invocations of a workgroup, as the text and what is set of it say. */
export function workgroupOf(text: string, constants: Readonly<Record<string, number>>): number[] {
  const plain = text.replace(/\/\/[^\n]*/g, '');
  const first = (pattern: RegExp): string => defined(defined(pattern.exec(plain) ?? undefined)[1]);
  const value = (name: string): number => (/^\d/.test(name) ? parseInt(name) : (constants[name] ?? Number(first(new RegExp(`(?:override|const)\\s+${name}\\b[^=;]*=\\s*(\\d+)`)))));
  const given = first(/@workgroup_size\(([^)]*)\)/);
  return given.split(',').map((one) => one.trim()).filter(Boolean).map((one) => one.split('*').reduce((product, name) => product * value(name.trim()), 1));
}

function dispatchOf(device: Device, { entry, index }: Found['entries'][number], label: string, sources: Record<string, StepSource>): StepDispatch {
  const form = formOf(device, entry);
  const { text, constants } = textFor(device, form.kernel, form.overrides);
  const source = `${form.kernel.name} ${JSON.stringify(form.overrides)}`;
  sources[source] ??= { entry: 'main', text, constants };
  const bound = (access: 'read' | 'read_write'): StepTensor[] => entry.kernel.bindings.flatMap(({ name, access: has }) => {
    const t = defined(entry.tensors[name]);
    return has === access && isBound(t) ? [{ binding: name, label: t.label, shape: t.shape, dtype: t.dtype, role: t.role }] : [];
  });
  return {
    index, phase: entry.phase === 'backward' ? 'backward' : 'forward', label: entry.label === label ? '' : entry.label.slice(label.length + 1), kernel: form.kernel.name, form: form.name,
    grid: form.grid, workgroup: workgroupOf(text, { ...constants, ...form.overrides }), reads: bound('read'), writes: bound('read_write'), source,
  };
}

/** A run's model with its method at its start, and the batches that it trains on. */
async function opened({ model, data, feedOf }: Reading<LoadedModel>, spec: RunSpec) {
  const train: TrainConfig = { ...keptTrain(spec.train), accumulate: 1 };
  const task = await openTask({ model, classes: data.classes, method: spec.method, train, ownHead: false, hasHead: false });
  const adapted = new Adapted(task.model, spec.method);
  const values = { ...(await adapted.initialise(train.seed, (name) => model.source.readF32Checked(name))), ...adapted.newHead(train.seed) };
  const split = runSplits(data, train).train;
  return { train, adapted, values, split, batches: trainBatches(split, model, train, feedOf), model, classes: data.classes };
}

type Opened = Awaited<ReturnType<typeof opened>>;

/** A layer in the recorded step, and a program that runs it on each of its inputs by itself. */
interface Looked extends Found {
  label: string;
  /** Layers that it runs as one with, in order. */
  together: readonly Layer[];
  inputs: Tensor;
  /** Row i is what input i alone becomes: the transpose of the weight with the update. */
  made: Tensor;
}

/** Keeps what flows through a layer, and records the program that gives its update: the same context runs the layer. */
function recordLook({ rec, train: program }: Programs, { adapted, train }: Opened, layer: Layer): Looked {
  const together = defined(adapted.stacks(rec).find(({ layers }) => layers.includes(layer))).layers;
  const names = together.map(({ name }) => name);
  const found = find(program, labelOf(names), layer.out * together.length, train.batch * adapted.tokens);
  const inputs = rec.declare('input', 'each input by itself', [1, layer.in, layer.in]);
  const context = adapted.context({ rec, batch: train.batch, training: false, frozen_dtype: train.frozen_dtype, checkpoint_activations: false });
  const made: Tensor[] = [];
  rec.program(LOOK, () => void made.push(...[context.linears(names, inputs, layer.out, { bias: false })].flat()), { gradients: false });
  for (const t of [found.x, found.y, found.residual, found.gradient, made[0]]) if (t) rec.keep(t);
  return { ...found, label: labelOf(names), together, inputs, made: defined(made[0]) };
}

/** One step of AdamW, or only its first half: forward and backward, after which gradients are in place. */
async function take(machine: Machine, programs: Programs, { train, adapted, batches }: Opened, index: number, half: boolean): Promise<void> {
  const batch = hostBatch(programs.inputs);
  await batches.fill(index, batch);
  writeBatch(machine, programs.inputs, batch);
  machine.setStep({ ...noStep, ...learningRates(adapted.config, train), ...biasCorrections(index + 1, BETA1, BETA2), seed: train.seed, index, invCount: 1 / train.batch, maxNorm: train.max_grad_norm, update: index + 1 });
  if (programs.once) await machine.run(programs.once);
  await machine.run(programs.train);
  if (!half && programs.update) await machine.run(programs.update);
}

const lengthOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** The rows of the first picture, of `width` columns from `first` on. */
function rowsIn(values: Float32Array, all: number, { tokens, first, width }: { tokens: number; first: number; width: number }): StepRows {
  const rows = new Float32Array(tokens * width);
  for (let t = 0; t < tokens; t++) rows.set(values.subarray(t * all + first, t * all + first + width), t * width);
  return { width, values: rows };
}

/** x (W' - W)ᵀ of these rows, in f64; row i of `merged` is what input i alone becomes under W', from column `first` of `all` on. */
function updateOf(x: StepRows, merged: Float32Array, W: Float32Array, { all, first, width }: { all: number; first: number; width: number }): StepRows {
  const tokens = x.values.length / x.width;
  const values = new Float32Array(tokens * width);
  for (let t = 0; t < tokens; t++) {
    for (let o = 0; o < width; o++) {
      let sum = 0;
      for (let i = 0; i < x.width; i++) sum += defined(x.values[t * x.width + i]) * (defined(merged[i * all + first + o]) - defined(W[o * x.width + i]));
      values[t * width + o] = sum;
    }
  }
  return { width, values };
}

/** The layer's rows for the first picture. */
async function rowsOfLayer(machine: Machine, { rec }: Programs, { adapted, model }: Opened, layer: Layer, looked: Looked): Promise<Pick<StepLayer, 'x' | 'y' | 'residual' | 'update' | 'gradient'>> {
  const { together, inputs } = looked;
  machine.write(inputs, Float32Array.from({ length: layer.in ** 2 }, (_, i) => (i % (layer.in + 1) === 0 ? 1 : 0)));
  await machine.run(defined(rec.programs.find(({ name }) => name === LOOK)));
  const [x, y, gradient, merged, residual] = await readAll(machine, [looked.x, looked.y, looked.gradient, looked.made, ...(looked.residual ? [looked.residual] : [])]);
  const place = { first: together.indexOf(layer) * layer.out, width: layer.out };
  const all = layer.out * together.length;
  const rows = (read: Float32Array) => rowsIn(read, all, { tokens: adapted.tokens, ...place });
  const input = rowsIn(defined(x), layer.in, { tokens: adapted.tokens, first: 0, width: layer.in });
  const W = await model.source.readF32Checked(`${layer.name}.weight`);
  return { x: input, y: rows(defined(y)), residual: residual ? rows(residual) : null, gradient: rows(defined(gradient)), update: updateOf(input, defined(merged), W, { all, ...place }) };
}

/** Values of tensors, read together. */
async function readAll(machine: Machine, tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const read = tensors.map((tensor) => ({ tensor, data: new Float32Array(sizeOf(tensor.shape)) }));
  await machine.read(read);
  return read.map(({ data }) => data);
}

/** Trained tensors of a layer, with their gradients. */
async function trainedOf(machine: Machine, { rec }: Programs, { adapted }: Opened, layer: Layer): Promise<StepTrained[]> {
  const own = Object.entries(adapted.method.tensors(adapted.configOf(layer), layer));
  const params = rec.flats.params().map(({ tensor }) => tensor);
  const tensors = own.map(([suffix]) => defined(params.find(({ label }) => label === adapterLabel(layer.name, suffix))));
  const [values, gradients] = [await readAll(machine, tensors), await readAll(machine, tensors.map((tensor) => rec.paramGrad(tensor)))];
  return own.map(([name, shape], i) => ({ name, shape, norm: lengthOf(defined(values[i])), gradient: lengthOf(defined(gradients[i])) }));
}

/** The picture that comes first in the batch of a step, and its class. */
async function pictureOf({ split, train: { batch, seed }, classes }: Opened, index: number): Promise<Pick<StepLook, 'picture' | 'label'>> {
  const at = defined(new Batches({ count: split.count, batch, seed, last: 'wrap' }).at(index).indices[0]);
  const label = defined(split.labels[at]);
  return { picture: { label, ...smallPicture(await split.image(at)) }, label: defined(classes[label]) };
}

/**
 * Trains a run up to a step, and looks into that one: the recorded step by parts of the model, the dispatches of one layer with
 * the kernels that run, and its rows for the first picture. Throws DataError where the step or the layer is none of the run's.
 */
export async function lookIntoStep(device: Device, reading: Reading<LoadedModel>, spec: RunSpec, asked: StepAsked, signal: AbortSignal): Promise<StepLook> {
  if (!Number.isInteger(asked.step) || asked.step < 1 || asked.step > MOST_STEPS) throw new DataError(`Step ${asked.step} cannot be looked into; choose one from 1 to ${MOST_STEPS}.`);
  const run = await opened(reading, spec);
  const { adapted, train, values, model } = run;
  const layer = asked.layer === '' ? adapted.layers[0] : adapted.layers.find(({ name }) => name === asked.layer);
  if (!layer) throw new DataError(asked.layer === '' ? `${adapted.method.fields.title} is on no layer.` : `${quote(asked.layer)} has no adapter; choose another layer.`);
  const programs = recordPrograms(adapted, programOptions(train, device.report));
  const looked = recordLook(programs, run, layer);
  const machine = await Machine.build(device, programs.rec);
  try {
    await loadWeights(machine, programs.rec, adapted.trace, model.source, values, { signal });
    for (let index = 0; index < asked.step; index++) {
      signal.throwIfAborted();
      await take(machine, programs, run, index, index === asked.step - 1);
    }
    const sources: Record<string, StepSource> = {};
    const shown: StepLayer = {
      name: layer.name, in: layer.in, out: layer.out, form: adapted.formOf(layer, train.batch, programs.sharing), together: looked.together.map(({ name }) => name),
      trained: await trainedOf(machine, programs, run, layer), dispatches: looked.entries.map((one) => dispatchOf(device, one, looked.label, sources)), ...(await rowsOfLayer(machine, programs, run, layer, looked)),
    };
    const [loss] = await machine.readF32(programs.metrics);
    return { ...whole(device, programs, run), step: asked.step, loss: defined(loss), layer: shown, sources, ...(await pictureOf(run, asked.step - 1)) };
  } finally {
    await machine.idle().catch(() => {});
    machine.destroy();
  }
}

/** What is said of the whole step. */
function whole(device: Device, { train, update, once }: Programs, { adapted, train: config }: Opened): Pick<StepLook, 'batch' | 'tokens' | 'processor' | 'parts' | 'dispatches' | 'update' | 'layers' | 'side' | 'before'> {
  const { image_size, patch_size } = adapted.model;
  const side = image_size / patch_size;
  const count = (program: Program | null): number => program?.entries.length ?? 0;
  return {
    batch: config.batch, tokens: adapted.tokens, processor: onProcessor(device.report), parts: new Places(adapted.trace).parts(train), dispatches: count(once) + count(train) + count(update), update: count(update),
    layers: adapted.layers.map(({ name }) => ({ name, block: blockOf(name) ?? 0 })), side, before: adapted.tokens - side * side,
  };
}
