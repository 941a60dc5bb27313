import { isDevice, openDevice, type Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import { noStep, type StepScalars } from '../engine/step';
import { lastOf, type Tensor } from '../engine/tensor';
import { upload } from '../models/load';
import type { Context, LinearOptions } from '../nn/context';
import { recording } from '../nn/recording';
import { defined } from '../numbers/defined';
import { linear } from '../ops/matmul';
import { deviceOptions } from '../train/plan';
import type { Running, Setup } from './entry';
import { profile } from './profile';

/** Opens the adapter, or throws its message. */
export async function open({ gpu }: Pick<Setup, 'gpu'>): Promise<Device> {
  const device = await openDevice(gpu);
  if (!isDevice(device)) throw new Error(device.message);
  return device;
}

/** Recorded work of one of our contestants. */
export interface Recorded {
  rec: Recorder;
  /** Run one after another in every step: by themselves, or with the number of their micro-batch. */
  programs: (Program | { program: Program; micro: number })[];
  /** Runs before the first step alone. */
  before?: Program;
  /** Values by label; u32 tensors take them as they are. */
  values: Readonly<Record<string, Float32Array | Uint32Array>>;
  /** Scalars of step `t`, from 1 on. */
  scalars?: (t: number) => Partial<StepScalars>;
  /** Read after every step: a loss is looked at each time. */
  loss?: Tensor;
  /** Read once at the end. */
  out?: Tensor;
}

/** Our engine on a device of its own: builds what `record` records and runs it step by step. */
export async function engine(setup: Setup, record: (device: Device) => Recorded | Promise<Recorded>): Promise<Running> {
  const device = await open(setup);
  try {
    return await stepper(device, await record(device));
  } catch (error) {
    device.destroy();
    throw error;
  }
}

async function stepper(device: Device, { rec, programs, before, values, scalars, loss, out }: Recorded): Promise<Running> {
  const machine = await Machine.build(device, rec);
  for (const [label, data] of Object.entries(values)) {
    const t = rec.find(label);
    if (!t) throw new Error(`the benchmark has values for ${label}, which was not recorded`);
    if (!machine.has(t)) continue;
    if (data instanceof Float32Array) upload(machine, t, data);
    else machine.write(t, data);
  }
  if (before) await machine.run(before);
  await machine.idle();
  const parts = programs.map((part) => ('program' in part ? part : { program: part, micro: 0 }));
  const longest = parts.reduce((a, { program }) => (program.entries.length > a.entries.length ? program : a), defined(parts[0]).program);
  const losses: number[] = [];
  let t = 0;
  return {
    bytes: machine.plan.bytes,
    async step() {
      t++;
      for (const { program, micro } of parts) {
        machine.setStep({ ...noStep, ...scalars?.(t), micro });
        await machine.run(program);
      }
      if (loss) losses.push(defined((await machine.readF32(loss))[0]));
      await machine.idle();
    },
    ...((loss || out) && { result: async () => (loss ? Float32Array.from(losses) : machine.readF32(out!)) }),
    profile: () => profile(machine, longest, longest.name),
    stop() {
      machine.destroy();
      device.destroy();
    },
  };
}

/** A recorder for this device. */
export const recorderFor = (device: Device): Recorder => new Recorder(deviceOptions(device.report));

/** A context without adapters, in which nothing is trained. */
export function plainContext(rec: Recorder): Context {
  const run = (names: readonly string[], x: Tensor, out: number, { bias = true, act, residual }: LinearOptions = {}) => {
    const stack = (part: string, shape: number[]) => rec.stack(names.map((name) => `${name}.${part}`), shape, {})!;
    return linear(x, stack('weight', [out, lastOf(x)]), { bias: bias ? stack('bias', [out]) : null, act, residual });
  };
  return recording({
    weight: (name, shape) => rec.declare('frozen', name, shape),
    block: (_, x, body) => body(x),
    linear: (name, x, out, options) => run([name], x, out, options),
    linears: run,
  });
}
