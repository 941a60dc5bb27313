import { Adapted, type Form } from '../adapters/adapted';
import { generator, normal } from '../adapters/init';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { sizeOf } from '../engine/tensor';
import { parseModel } from '../models';
import { upload } from '../models/load';
import { recordPrograms, type Programs } from '../train/programs';
import type { MethodConfig } from '../train/protocol';
import { profile } from './profile';
import { table, type Entry } from './report';

/** What is measured: training steps of two model shapes, by several methods, against full fine-tuning in the same run. */
const MODELS = [
  { name: 'vit-nano', batch: 16, config: { model_type: 'vit', hidden_size: 128, num_hidden_layers: 4, num_attention_heads: 4, intermediate_size: 512, image_size: 32, patch_size: 4, layer_norm_eps: 1e-6, num_labels: 10 } },
  { name: 'deit-tiny-96', batch: 16, config: { model_type: 'vit', hidden_size: 192, num_hidden_layers: 12, num_attention_heads: 3, intermediate_size: 768, image_size: 96, patch_size: 16, layer_norm_eps: 1e-6, num_labels: 10 } },
];
const METHODS: { name: string; config: MethodConfig; form?: Form }[] = [
  { name: 'full', config: { method: 'full' } },
  { name: 'lora r 16', config: { method: 'lora', r: 16 }, form: 'streamed' },
  { name: 'randlora r 4 streamed', config: { method: 'randlora', r: 4 }, form: 'streamed' },
  { name: 'randlora r 4 merged', config: { method: 'randlora', r: 4 }, form: 'merged' },
];

export const MODEL_NAMES = MODELS.map((m) => m.name);

export interface BenchOptions {
  /** Only models whose name contains this. */
  only: string;
  /** Also the time of each kernel in a step. */
  profile: boolean;
  rounds: number;
}

interface Bench {
  name: string;
  machine: Machine;
  programs: Programs;
  adapted: Adapted;
  times: number[];
}

/**
 * Milliseconds per training step and exact bytes, the methods of a model in turn in every round, the first round not
 * counted. `say` gets each table as text when it is ready.
 */
export async function benchSteps(device: Device, options: BenchOptions, say: (text: string) => void): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const spec of MODELS.filter((m) => m.name.includes(options.only))) {
    const benches: Bench[] = [];
    for (const m of METHODS) benches.push(await prepare(device, spec, m));
    for (let round = -1; round < options.rounds; round++) {
      for (const b of benches) {
        const ms = await step(b);
        if (round >= 0) b.times.push(ms);
      }
    }
    const mine = benches.map((b) => entry(spec.name, spec.batch, b, benches[0]!));
    entries.push(...mine);
    say(table(mine, options.rounds));
    if (options.profile) for (const b of benches) say(await profile(b.machine, b.programs.train, b.name));
    benches.forEach((b) => b.machine.destroy());
  }
  return entries;
}

async function prepare(device: Device, spec: (typeof MODELS)[number], m: (typeof METHODS)[number]): Promise<Bench> {
  const adapted = new Adapted(parseModel(spec.config), m.config);
  const programs = recordPrograms(adapted, { batch: spec.batch, weight_decay: 0.05, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form: m.form });
  const machine = await Machine.build(device, programs.rec);
  const random = generator('bench');
  const start = await adapted.initialise(0, async (name) => normal(sizeOf(adapted.trace.weights.get(name)!), 0.02, random));
  for (const t of programs.rec.tensors()) {
    if (!machine.has(t) || t.storage.flat?.name === 'm' || t.storage.flat?.name === 'v' || t.label.startsWith('flat ')) continue;
    if (t.role === 'frozen' || t.role === 'param' || t.role === 'bases') upload(machine, t, start[t.label] ?? normal(sizeOf(t.shape), 0.02, random));
  }
  machine.write(programs.pixels, normal(sizeOf(programs.pixels.shape), 1, random));
  machine.write(programs.labels, Uint32Array.from({ length: spec.batch }, (_, i) => i % 10));
  return { name: m.name, machine, programs, adapted, times: [] };
}

async function step({ machine, programs }: Bench): Promise<number> {
  await machine.idle();
  const start = performance.now();
  machine.setStep({ ...noStep, lr: 1e-4, headLr: 1e-4, c1: 10, c2: 31, invCount: 1 / programs.pixels.shape[0]!, maxNorm: 1 });
  await machine.run(programs.train);
  await machine.run(programs.update!);
  await machine.idle();
  return performance.now() - start;
}

function entry(model: string, batch: number, b: Bench, base: Bench): Entry {
  const sorted = [...b.times].sort((x, y) => x - y);
  const ratios = b.times.map((t, i) => t / base.times[i]!).sort((x, y) => x - y);
  const mid = Math.floor(sorted.length / 2);
  return {
    model,
    method: b.name,
    batch,
    parameters: b.adapted.counts().adapter_parameters,
    dispatches: b.programs.train.entries.length + b.programs.update!.entries.length,
    ms: { median: sorted[mid]!, min: sorted[0]!, max: sorted[sorted.length - 1]! },
    ratio: { time: ratios[mid]!, bytes: b.machine.plan.total / base.machine.plan.total },
    bytes: b.machine.plan.bytes,
    total_bytes: b.machine.plan.total,
  };
}
