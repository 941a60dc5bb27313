import { Machine } from '../engine/machine';
import { isDevice, openDevice, type Device } from '../engine/device';
import { Recorder, recorder, type RecorderOptions } from '../engine/record';
import { noStep, type StepScalars } from '../engine/step';
import { sizeOf, type DType, type Tensor } from '../engine/tensor';
import { packing } from '../io/stored';
import { generatedHeader } from '../io/ternary';
import { defined } from '../numbers/defined';

/** Arrays by input name, in f64. */
export type Values = Record<string, Float64Array>;

/** An input of an op: `grad: false` marks a frozen one; `dtype` is how it is stored; `from` draws its values (default: normal). */
export interface OpInput {
  shape: readonly number[];
  grad?: boolean;
  dtype?: DType;
  from?: (random: () => number, i: number) => number;
}

/** One check of an op, whose inputs are called N: what it computes, on which shapes, against which f64 reference. */
export interface OpCase<N extends string = string> {
  name: string;
  inputs: { [name in N]?: OpInput };
  run(t: Record<NoInfer<N>, Tensor>): Tensor;
  /** Output of the op for these inputs, in f64. Gradients are checked against its central differences. */
  reference(v: Record<NoInfer<N>, Float64Array>): Float64Array | number[];
  /** Largest error allowed, relative to the largest value of the array compared. */
  tolerance?: number;
  gradTolerance?: number;
  /** Compare absolutely, not relative to the largest value. */
  absolute?: boolean;
  /** Kernels that must run, so that a case stays a case of the variant it is for. */
  uses?: string[];
  /** Kernels that must not. */
  lacks?: string[];
  /** Runs in every form that its dispatches have, not only in the device's own. */
  everyForm?: boolean;
  step?: Partial<StepScalars>;
  shaderF16?: boolean;
  /** Form of attention, for a case of one of them. */
  attention?: RecorderOptions['attention'];
  /** Upper bound of a dispatch's work, for cases whose dispatches are split. */
  mostWork?: number;
}

/** A case whose `run` and `reference` may take the inputs that it has, and no others. */
export const opCase = <N extends string>(one: OpCase<N>): OpCase => one;

export interface OpResult {
  forward: number;
  gradients: Record<string, number>;
  /** Kernels of the program, for tests that care which variant ran. */
  kernels: string[];
}

/** Normal deviates from a small counter generator; the same in Node and in the browser. */
export function randomNormal(seed: number): () => number {
  let s = seed >>> 0;
  const uniform = () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), 1 | s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
}

/** The case with dispatches that do no more than so much, where they can be cut. */
export const inCuts = (c: OpCase, mostWork = 1): OpCase => ({ ...c, name: `${c.name}, cut`, mostWork });

/** Of an input of at most so many numbers, all derivatives are compared. */
const ALL = 160;
/** Of a larger one so many, evenly, and derivatives along random directions, which every number has a part in: a reference takes seconds where it is evaluated twice for each of thousands. */
const SAMPLES = 24;
const DIRECTIONS = 8;

/** Opens a device or throws with the report's message. */
export async function mustOpen(gpu: GPU): Promise<Device> {
  const device = await openDevice(gpu);
  if (!isDevice(device)) throw new Error(device.message);
  return device;
}

/** The inputs that a case has. */
const given = (c: OpCase): [string, OpInput][] => Object.entries(c.inputs).flatMap(([name, input]) => (input ? [[name, input]] : []));

/** Records an op, and its backward from `dout` where something wants a gradient. */
export function recordCase(c: OpCase) {
  const rec = new Recorder({ shaderF16: c.shaderF16, attention: c.attention, mostWork: c.mostWork });
  const inputs: Record<string, Tensor> = {};
  for (const [name, { shape, dtype, grad = true }] of given(c)) {
    inputs[name] = rec.declare(grad ? 'input' : 'frozen', name, shape, dtype ?? 'f32', grad);
  }
  let out!: Tensor;
  let dout: Tensor | null = null;
  const grads: Record<string, Tensor> = {};
  const program = rec.program('check', () => {
    out = rec.keep(c.run(inputs));
    if (out.requiresGrad) {
      dout = rec.declare('input', 'dout', out.shape);
      rec.backward(out, dout);
      for (const [name, t] of Object.entries(inputs)) if (t.requiresGrad) grads[name] = rec.keep(recorder().gradOf(t)!);
    }
  });
  return { rec, program, inputs, out, dout: dout as Tensor | null, grads };
}

/**
 * Runs an op forward and backward on the device and returns the largest relative errors: forward against the f64
 * reference, each gradient against central differences of the reference with a random `dout`.
 */
export async function checkOp(device: Device, c: OpCase): Promise<OpResult> {
  const random = randomNormal(7 + c.name.length);
  const values: Values = {};
  const packed: Record<string, ArrayBufferView> = {};
  for (const [name, { shape, dtype, from }] of given(c)) {
    const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(from ? from(random, i) : random()));
    if (dtype === 'u32') {
      [packed[name], values[name]] = [Uint32Array.from(data), data];
      continue;
    }
    const { pack, unpack } = packing[dtype ?? 'f32'];
    packed[name] = pack(dtype === 'generated' ? generatedHeader(data.length) : Float32Array.from(data));
    values[name] = Float64Array.from(unpack(packed[name], data.length));
  }
  const { rec, program, inputs, out, dout, grads } = recordCase(c);
  const machine = await Machine.build(device, rec);
  try {
    for (const [name, t] of Object.entries(inputs)) machine.write(t, defined(packed[name]));
    const douts = Float64Array.from({ length: sizeOf(out.shape) }, () => Math.fround(random()));
    if (dout) machine.write(dout, Float32Array.from(douts));
    machine.setStep({ ...noStep, ...c.step });
    await machine.run(program);
    const expected = c.reference(values);
    const result: OpResult = { forward: maxError(await machine.readF32(out), expected, c.absolute), gradients: {}, kernels: program.entries.map((e) => e.kernel.name) };
    for (const [name, g] of Object.entries(grads)) {
      // A gradient can be dout itself, which no dispatch needs to touch.
      const got = g.storage === dout!.storage ? Float32Array.from(douts) : await machine.readF32(g);
      result.gradients[name] = gradientError(got, name, values, c, douts);
    }
    return result;
  } finally {
    machine.destroy();
  }
}

/** Largest |a - b| over the largest |b|; `absolute`: not divided. */
export function maxError(a: ArrayLike<number>, b: ArrayLike<number>, absolute = false): number {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let scale = 1e-12;
  let worst = 0;
  for (let i = 0; i < b.length; i++) {
    scale = Math.max(scale, Math.abs(defined(b[i])));
    const d = Math.abs(defined(a[i]) - defined(b[i]));
    worst = Math.max(worst, Number.isNaN(d) ? Infinity : d);
  }
  return absolute ? worst : worst / scale;
}

/** Central differences: of single numbers, `stride` apart, and along directions. */
interface Differences {
  single: number[];
  along: { direction: Float64Array; slope: number }[];
}

/** Those that are known, by the inputs of a case and then by its name and the input's: a case runs in many forms, and on several devices. */
const differences = new WeakMap<OpCase['inputs'], Map<string, Differences>>();

/** A direction whose numbers are all 1 or -1. */
function directionOf(k: number, length: number): Float64Array {
  const random = randomNormal(1000 + k);
  return Float64Array.from({ length }, () => (random() < 0 ? -1 : 1));
}

/**
 * Largest error of a gradient, as `maxError` counts it. Along a direction the errors of all numbers add up as random signs do, to
 * sqrt(length) times one of them, so that it is divided by this: one number in 10,000 that is wrong by its own size makes 1e-2.
 */
function gradientError(grad: Float32Array, name: string, values: Values, c: OpCase, dout: Float64Array): number {
  const { length } = defined(values[name]);
  // Odd, so that it meets every column of a row whose width is a power of two.
  const stride = length <= ALL ? 1 : Math.floor(length / SAMPLES) | 1;
  let known = differences.get(c.inputs);
  if (!known) differences.set(c.inputs, (known = new Map<string, Differences>()));
  const key = `${c.name} ${name}`;
  let want = known.get(key);
  if (!want) known.set(key, (want = differencesOf(c, name, values, dout, stride)));
  const single = maxError(want.single.map((_, i) => defined(grad[i * stride])), want.single, c.absolute);
  const scale = (c.absolute ? 1 : grad.reduce((most, g) => Math.max(most, Math.abs(g)), 1e-12)) * Math.sqrt(length);
  return want.along.reduce((worst, { direction, slope }) => {
    const error = Math.abs(direction.reduce((sum, sign, i) => sum + sign * defined(grad[i]), -slope)) / scale;
    return Math.max(worst, Number.isNaN(error) ? Infinity : error);
  }, single);
}

function differencesOf({ reference }: OpCase, name: string, values: Values, dout: Float64Array, stride: number): Differences {
  const x = defined(values[name]);
  const objective = () => {
    const y = reference(values);
    let s = 0;
    for (let i = 0; i < y.length; i++) s += defined(y[i]) * defined(dout[i]);
    return s;
  };
  const single: number[] = [];
  for (let i = 0; i < x.length; i += stride) {
    const kept = defined(x[i]);
    const h = 1e-4 * Math.max(1, Math.abs(kept));
    x[i] = kept + h;
    const above = objective();
    x[i] = kept - h;
    const below = objective();
    x[i] = kept;
    single.push((above - below) / (2 * h));
  }
  const start = x.slice();
  const h = 1e-4 / Math.sqrt(x.length);
  const along = Array.from({ length: stride === 1 ? 0 : DIRECTIONS }, (_, k) => {
    const direction = directionOf(k, x.length);
    const at = (t: number) => {
      direction.forEach((sign, i) => void (x[i] = defined(start[i]) + t * sign));
      return objective();
    };
    return { direction, slope: (at(h) - at(-h)) / (2 * h) };
  });
  x.set(start);
  return { single, along };
}
