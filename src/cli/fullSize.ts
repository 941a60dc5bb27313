import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { folderTree } from '../io/fileTree.node';
import { safetensorsParts, writeSafetensors, type TensorData } from '../io/safetensors';
import { parseModel } from '../models';
import { twoTowers } from '../models/byText';
import { loadWeights } from '../models/load';
import type { Model } from '../models/model';
import { isTextModel, positionsOf, readoutOf, type TextModel } from '../models/text';
import { traceModel } from '../models/trace';
import { defined, several } from '../numbers/defined';
import type { Inputs } from '../tasks/task';
import { completeTrain } from '../train/config';
import { openModel } from '../train/openModel';
import { planRun } from '../train/plan';
import type { FrozenDtype, MethodConfig, TrainConfig } from '../train/protocol';
import { randomNormal } from '../testing/checkOp';
import { formulaWeights, fullSize, type FullSize } from '../testing/fullSize';
import { growth } from '../testing/growth.node';
import { withDevice } from './gpu';

/** Models that are run for real: each a family or a shape of its own. */
const names: FullSize[] = ['CLIP ViT-B/32', 'CLIP ViT-B/16', 'CLIP ViT-L/14', 'ViT-B/16', 'DINOv2 S/14', 'DINOv2 B/14', 'RoBERTa-base', 'Qwen2-0.5B'];

/** Tokens of a text. */
const TOKENS = 64;
/** Methods that train, one after the other. */
const methods: Record<'images' | 'texts', MethodConfig[]> = { images: [{ method: 'randlora', r: 6 }], texts: [{ method: 'lora', r: 8 }, { method: 'randlora', r: 6 }] };

/**
 * Full-size checkpoints, weights made by a formula, through everything a run does: written, opened, planned, streamed to
 * the adapter, one step of RandLoRA (both towers of a CLIP by the contrastive loss; of models of texts also one of LoRA) and a forward. Says time, bytes and
 * what JavaScript held. `--frozen-dtype` says how frozen weights are stored; `--keep DIR` leaves checkpoint, inputs and outputs for comparing with another implementation.
 */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { only: { type: 'string' }, batch: { type: 'string' }, keep: { type: 'string' }, 'frozen-dtype': { type: 'string', default: 'f32' } } });
  const train = completeTrain({ batch: Number(values.batch ?? 4), steps: 1, frozen_dtype: values['frozen-dtype'] as FrozenDtype });
  const chosen = names.filter((name) => !values.only || name === values.only);
  if (!chosen.length) throw new Error(`there is no "${values.only}"; there are ${names.join(', ')}`);
  for (const name of chosen) {
    const folder = values.keep ? join(values.keep, name.replace(/\W+/g, '-').toLowerCase()) : mkdtempSync(join(tmpdir(), 'fullrank-full-'));
    try {
      await writeModel(name, folder);
      for (const method of methods[isTextModel(parseModel(fullSize[name])) ? 'texts' : 'images']) await withDevice((device) => run(device, name, method, folder, train, values.keep !== undefined));
    } finally {
      if (!values.keep) rmSync(folder, { recursive: true, force: true });
    }
  }
  return 0;
}

async function writeModel(name: FullSize, folder: string): Promise<void> {
  const config = fullSize[name];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const file = createWriteStream(join(folder, 'model.safetensors'));
  for await (const part of safetensorsParts(formulaWeights(traceModel(whole(parseModel(config))).weights))) if (!file.write(part)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}

const whole = (model: Model): Model => (model.text ? twoTowers(model) : model);

/** The checkpoint on the adapter, planned for one step. */
async function upload(device: Device, name: FullSize, method: MethodConfig, folder: string, train: TrainConfig) {
  const model = await openModel(await folderTree(folder));
  // DINOv2's checkpoints are for 518 pixels; people fine-tune at 224.
  const net = whole(model.net).with(isTextModel(model.net) ? { tokens: TOKENS } : model.net.image_size > 224 ? { image_size: 224 } : {});
  const adapted = new Adapted(net, method);
  const { plan, programs } = planRun(adapted, train, 1, device.report);
  const machine = await Machine.build(device, programs.rec);
  const allocated = Object.values(device.ledger).reduce((a, b) => a + b, 0);
  if (allocated !== plan.total_bytes) throw new Error(`${name}: ${allocated} bytes allocated, ${plan.total_bytes} planned`);
  await loadWeights(machine, programs.rec, adapted.trace, model.source, await adapted.initialise(0, (n) => model.source.readF32Checked(n)));
  await machine.idle();
  return { net, adapted, plan, programs, machine };
}

async function run(device: Device, name: FullSize, method: MethodConfig, folder: string, train: TrainConfig, keep: boolean): Promise<void> {
  const { batch, frozen_dtype } = train;
  const open = clock();
  let ready!: Awaited<ReturnType<typeof upload>>;
  const held = await growth(async () => void (ready = await upload(device, name, method, folder, train)));
  const { net, adapted, plan, programs, machine } = ready;
  const opened = open();

  const tensors = isTextModel(net) ? writeTexts(machine, programs.inputs, net, batch) : writeImages(machine, programs.inputs, net, batch);
  const { input_ids } = programs.inputs;
  let forward = '';
  if (programs.evaluate) {
    const time = clock();
    await machine.run(programs.evaluate);
    await machine.idle();
    forward = `forward ${time()} s, `;
    // What goes on with texts leaves what its head reads, which is not kept.
    const logits = net.language && readoutOf(net.language).vocabulary ? new Float32Array() : await machine.readF32(programs.outputs);
    if (!logits.every(Number.isFinite)) throw new Error(`${name}: logits are not finite`);
    // Two towers classify by texts of classes, which are not given here; the loss is what tells of them.
    if (logits.length > 0 && (!input_ids || net.language)) tensors.set('logits', { dtype: 'F32', shape: [batch, logits.length / batch], data: logits });
  }
  const time = clock();
  await machine.run(programs.train);
  await machine.run(programs.update!);
  const [loss, , , norm] = several(await machine.readF32(programs.metrics), 4);
  await machine.idle();
  if (!Number.isFinite(loss) || !(norm > 0)) throw new Error(`${name}: loss ${loss}, gradient norm ${norm}`);
  tensors.set('loss', { dtype: 'F32', shape: [1], data: Float32Array.of(loss) });
  console.log(
    `${name}, ${method.method}, ${net.language ? `${TOKENS} tokens` : `${net.image_size} px`}, batch ${batch}, ${frozen_dtype}: ${adapted.trace.weights.size} tensors, ${plan.adapter_parameters.toLocaleString('en')} adapter parameters, ` +
      `${(plan.total_bytes / 2 ** 20).toFixed(0)} MiB planned and allocated, ${plan.dispatches} dispatches; opened and uploaded in ${opened} s, JavaScript held ${(held / 1e6).toFixed(0)} MB more; ` +
      `${forward}first step ${time()} s, loss ${loss.toFixed(4)}, gradient norm ${norm.toPrecision(3)}`,
  );
  machine.destroy();
  if (keep) writeFileSync(join(folder, 'run.safetensors'), writeSafetensors(tensors));
}

/** Pixels, classes, and for two towers texts, by a formula; what of them is compared with another implementation. */
function writeImages(machine: Machine, { pixel_values, labels, input_ids, text_ends }: Inputs, net: Model, batch: number): Map<string, TensorData> {
  const random = randomNormal(3);
  const pixels = Float32Array.from({ length: batch * 3 * net.image_size ** 2 }, random);
  machine.write(pixel_values!, pixels);
  machine.write(labels!, Uint32Array.from({ length: batch }, (_, i) => i));
  machine.setStep({ ...noStep, invCount: 1 / batch, lr: 1e-4, headLr: 1e-4 });
  const tensors = new Map<string, TensorData>([['pixel_values', { dtype: 'F32', shape: [batch, 3, net.image_size, net.image_size], data: pixels }]]);
  if (!input_ids) return tensors;
  const tokens = defined(input_ids.shape[1]);
  const ids = Uint32Array.from({ length: batch * tokens }, (_, i) => (i % tokens === tokens - 1 ? 49_407 : (i * 7919) % 49_000));
  machine.write(input_ids, ids);
  machine.write(text_ends!, new Uint32Array(batch).fill(tokens - 1));
  return tensors.set('input_ids', { dtype: 'I32', shape: [batch, tokens], data: Int32Array.from(ids) });
}

/** The same of texts, all of whose tokens are there. */
function writeTexts(machine: Machine, inputs: Inputs, { language }: TextModel, batch: number): Map<string, TensorData> {
  const ids = Uint32Array.from({ length: batch * TOKENS }, (_, i) => 3 + ((i * 7919) % (language.vocab_size - 3)));
  machine.write(inputs.input_ids!, ids);
  machine.write(inputs.attention_mask!, new Uint32Array(ids.length).fill(1));
  const positions = new Uint32Array(ids.length);
  for (let from = 0; from < ids.length; from += TOKENS) positions.set(positionsOf(language, ids.subarray(from, from + TOKENS)), from);
  machine.write(inputs.position_ids!, positions);
  if (inputs.token_type_ids) machine.write(inputs.token_type_ids, new Uint32Array(ids.length));
  const { vocabulary } = readoutOf(language);
  machine.write(inputs.labels!, vocabulary ? ids : Uint32Array.from({ length: batch }, (_, i) => i % 2));
  machine.setStep({ ...noStep, invCount: 1 / (vocabulary ? batch * (TOKENS - 1) : batch), lr: 1e-4, headLr: 1e-4 });
  return new Map<string, TensorData>([['input_ids', { dtype: 'I32', shape: [batch, TOKENS], data: Int32Array.from(ids) }]]);
}

const clock = () => {
  const from = performance.now();
  return () => ((performance.now() - from) / 1000).toFixed(1);
};
