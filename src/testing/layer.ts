import { methodOf } from '../adapters';
import { completeConfig } from '../adapters/fields';
import { mustMerge, type Arrays, type Form, type Layer, type LayerTensors } from '../adapters/method';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep, type StepScalars } from '../engine/step';
import { sizeOf, type Tensor } from '../engine/tensor';
import { packF16 } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { linear, linearRecomputed } from '../ops/matmul';
import type { MethodConfig } from '../train/protocol';

export interface LayerCase {
  config: MethodConfig;
  layer: Layer;
  weight: Float32Array;
  bias: Float32Array | null;
  /** Trainable tensors by suffix. */
  own: Arrays;
  /** Trainable tensors that all layers have in common, by name. */
  common?: Arrays;
  /** Fixed bases by name, with their shapes. */
  shared: Record<string, { shape: readonly number[]; data: Float32Array }>;
  /** Fixed tensors of the layer by suffix, where the method has such. */
  fixed?: Arrays;
  /** (rows, in) and (rows, out). */
  x: Float32Array;
  dy: Float32Array;
  form: Form;
  training?: boolean;
  step?: Partial<StepScalars>;
  frozen?: 'f32' | 'f16';
}

export interface LayerResult {
  y: Float32Array;
  dx: Float32Array;
  /** Gradients of the trainable tensors by suffix. */
  grads: Arrays;
  /** W + delta (out, in); null where the method cannot be merged. */
  merged: Float32Array | null;
  labels: string[];
}

/** Runs one adapted linear layer forward and backward, and merges it. */
export async function runLayer(device: Device, c: LayerCase): Promise<LayerResult> {
  const { layer } = c;
  const config = completeConfig(c.config);
  const method = methodOf(config.method);
  const rec = new Recorder();
  const rows = c.x.length / layer.in;
  const x = rec.declare('input', 'x', [rows, layer.in], 'f32', true);
  const dy = rec.declare('input', 'dy', [rows, layer.out]);
  const trains = method.trains === 'weights';
  const declare = (name: string, shape: number[], dtype?: 'f16') => (trains ? rec.param(name, shape, 'adapter') : rec.declare('frozen', name, shape, dtype ?? 'f32'));
  const weight = declare('weight', [1, layer.out, layer.in], c.frozen === 'f16' ? 'f16' : undefined);
  const bias = c.bias ? declare('bias', [1, layer.out]) : null;
  const own = Object.fromEntries(Object.entries(method.tensors(config, layer)).map(([name, shape]) => [name, rec.param(name, [1, ...shape], 'adapter')]));
  const common = Object.fromEntries(Object.entries(method.common?.(config, [layer]) ?? {}).map(([name, { shape }]) => [name, rec.param(name, shape, 'adapter')]));
  const shared = Object.fromEntries(Object.entries(c.shared).map(([name, { shape }]) => [name, rec.declare('bases', name, shape)]));
  const fixed = Object.fromEntries(Object.entries(method.fixed?.(config, layer) ?? {}).filter(([, { host }]) => !host).map(([name, { shape }]) => [name, rec.declare('bases', name, [1, ...shape])]));
  const t: LayerTensors = { weight, bias, own, common, shared, fixed, stride: 1 };
  const keep: Record<string, Tensor> = {};
  const merged = () => {
    mustMerge(method);
    return method.merged(config, layer, t);
  };
  const program = rec.program('layer', () => {
    const y = trains
      ? linear(x, weight, { bias })
      : c.form === 'merged'
        ? linearRecomputed(x, merged, { bias })
        : method.streamed(config, layer, t, x, undefined, c.training ?? false);
    keep.y = rec.keep(y);
    rec.backward(y, dy);
    keep.dx = rec.keep(rec.gradOf(x)!);
  });
  const merge = method.merged && rec.program('merge', () => void (keep.merged = rec.keep(merged())), { gradients: false });
  const machine = await Machine.build(device, rec);
  try {
    machine.write(x, c.x);
    machine.write(dy, c.dy);
    machine.write(weight, weight.dtype === 'f16' ? packF16(c.weight) : c.weight);
    if (bias) machine.write(bias, c.bias!);
    for (const [name, tensor] of Object.entries({ ...own, ...common })) {
      const data = c.own[name] ?? c.common?.[name];
      if (data?.length !== sizeOf(tensor.shape)) throw new Error(`${name}: ${data?.length} values for [${tensor.shape.join(', ')}]`);
      machine.write(tensor, data);
    }
    for (const [name, tensor] of Object.entries(fixed)) machine.write(tensor, defined(c.fixed![name]));
    for (const [name, tensor] of Object.entries(shared)) machine.write(tensor, defined(c.shared[name]).data);
    machine.setStep({ ...noStep, ...c.step });
    await machine.run(program);
    if (merge?.entries.length) await machine.run(merge);
    const params = trains ? { weight, ...(bias ? { bias } : {}) } : { ...own, ...common };
    const grads: Arrays = {};
    for (const [name, tensor] of Object.entries(params)) grads[name] = await machine.readF32(rec.paramGrad(tensor));
    return {
      y: await machine.readF32(keep.y!),
      dx: await machine.readF32(keep.dx!),
      grads,
      merged: keep.merged ? await machine.readF32(keep.merged) : null,
      labels: program.entries.map((e) => e.label),
    };
  } finally {
    machine.destroy();
  }
}
