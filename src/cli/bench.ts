import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Adapted, type Form } from '../adapters/adapted';
import { generator, normal } from '../adapters/init';
import { isDevice, openDevice, type Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { timeProgram } from '../engine/timing';
import { sizeOf } from '../engine/tensor';
import { upload } from '../models/load';
import { parseModel } from '../models';
import { gpu } from '../testing/dawn';
import { recordPrograms, type Programs } from '../train/programs';
import type { MethodConfig } from '../train/protocol';

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
const ROUNDS = 5;

interface Entry {
  model: string;
  method: string;
  batch: number;
  /** Trainable parameters of the adapter (all weights for full). */
  parameters: number;
  dispatches: number;
  /** Milliseconds per step: median, smallest and largest of the rounds. */
  ms: { median: number; min: number; max: number };
  /** Against full fine-tuning of the same model in the same run. */
  ratio: { time: number; bytes: number };
  bytes: Record<string, number>;
  total_bytes: number;
}

interface Bench {
  name: string;
  machine: Machine;
  programs: Programs;
  adapted: Adapted;
  times: number[];
}

const HELP = `npm run bench -- [--only NAME] [--profile] [--json FILE]
Milliseconds per training step and exact bytes by role, methods alternating, against full fine-tuning in the same run.
  --only NAME   only models whose name contains NAME
  --profile     also the share of each kernel in a step, by timestamp queries
  --json FILE   writes all numbers to FILE (- for standard output)`;

/** The benchmark; returns the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { only: { type: 'string' }, json: { type: 'string' }, profile: { type: 'boolean' }, help: { type: 'boolean' } } });
  const say = values.json === '-' ? () => {} : (line: string) => console.log(line);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const device = await openDevice(gpu());
  if (!isDevice(device)) {
    console.error(device.message);
    return 1;
  }
  say(`adapter: ${device.report.vendor} ${device.report.architecture} ${device.report.description}`);
  const entries: Entry[] = [];
  for (const spec of MODELS.filter((m) => m.name.includes(values.only ?? ''))) {
    const benches: Bench[] = [];
    for (const m of METHODS) benches.push(await prepare(device, spec, m));
    for (let round = -1; round < ROUNDS; round++) {
      for (const b of benches) {
        const ms = await step(b);
        if (round >= 0) b.times.push(ms);
      }
    }
    const base = benches[0]!;
    for (const b of benches) entries.push(entry(spec.name, spec.batch, b, base));
    say(table(entries.filter((e) => e.model === spec.name)));
    if (values.profile) for (const b of benches) say(await profile(b));
    benches.forEach((b) => b.machine.destroy());
  }
  if (!entries.length) {
    console.error(`--only ${values.only}: there are ${MODELS.map((m) => m.name).join(', ')}`);
    return 1;
  }
  const report = { adapter: device.report, rounds: ROUNDS, entries };
  if (values.json === '-') console.log(JSON.stringify(report, null, 2));
  else if (values.json) await writeFile(values.json, JSON.stringify(report, null, 2));
  device.destroy();
  return 0;
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

function table(entries: Entry[]): string {
  const head = `\n${entries[0]!.model}, batch ${entries[0]!.batch}, median of ${ROUNDS} steps\n| method | parameters | ms per step (min to max) | time / full | MiB | bytes / full | dispatches |\n|---|---|---|---|---|---|---|`;
  const rows = entries.map(
    (e) =>
      `| ${e.method} | ${e.parameters.toLocaleString('en')} | ${e.ms.median.toFixed(0)} (${e.ms.min.toFixed(0)} to ${e.ms.max.toFixed(0)}) | ${e.ratio.time.toFixed(2)} | ${(e.total_bytes / 2 ** 20).toFixed(2)} | ${e.ratio.bytes.toFixed(2)} | ${e.dispatches} |`,
  );
  return [head, ...rows].join('\n');
}

async function profile(b: Bench): Promise<string> {
  const times = await timeProgram(b.machine, b.programs.train);
  if (!times) return `${b.name}: this adapter has no timestamp queries`;
  const total = times.reduce((n, t) => n + t.ns, 0);
  const by = new Map<string, number>();
  for (const t of times) by.set(t.kernel, (by.get(t.kernel) ?? 0) + t.ns);
  const shares = [...by].sort((x, y) => y[1] - x[1]).map(([k, ns]) => `  ${((100 * ns) / total).toFixed(1).padStart(5)} %  ${k}`);
  return [`\n${b.name}: share of each kernel in forward and backward`, ...shares].join('\n');
}
