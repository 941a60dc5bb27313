import type { Device } from '../engine/device';
import { deviceOptions } from '../engine/deviceOptions';
import { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import { noStep } from '../engine/step';
import { lastOf, sizeOf, type Tensor } from '../engine/tensor';
import type { TensorSource } from '../io/safetensors';
import { loadWeights } from '../models/load';
import type { Model } from '../models/model';
import { traceModel } from '../models/trace';
import type { LinearOptions } from '../nn/context';
import { recording } from '../nn/recording';
import { defined } from '../numbers/defined';
import { linear } from '../ops/matmul';

/** A context of which all weights are as they come: nothing of it learns, and no method is on it. */
function frozen(rec: Recorder): ReturnType<typeof recording> {
  const ctx = recording({
    weight: (name, shape) => rec.declare('frozen', name, shape),
    linear(name: string, x: Tensor, out: number, { bias = true, act, residual }: LinearOptions = {}) {
      const weight = rec.declare('frozen', `${name}.weight`, [out, lastOf(x)]);
      return linear(x, weight, { bias: bias ? rec.declare('frozen', `${name}.bias`, [out]) : null, act, residual, label: name });
    },
    linears: (names, x, out, options) => names.map((name) => ctx.linear(name, x, out, options)),
    block: (_, x, body) => body(x),
  });
  return ctx;
}

/** A model of images on a device, with its labels and input size, for `batch` images at a time. */
export class Form {
  private constructor(
    readonly model: Model,
    readonly machine: Machine,
    readonly rec: Recorder,
    readonly batch: number,
    private readonly program: Program,
    private readonly pixels: Tensor,
    private readonly out: Tensor,
  ) {}

  /** Built, without weights: `lender` is the same model with another head or input size, whose other weights and memory it uses; it ends last. Throws EngineError. */
  static async build(device: Device, model: Model, { batch = 1, lender }: { batch?: number; lender?: Form } = {}): Promise<Form> {
    const rec = new Recorder(deviceOptions(device.report));
    const ctx = frozen(rec);
    const size = model.image_size;
    const pixels = rec.declare('input', 'pixel_values', [batch, model.channels, size, size]);
    let out!: Tensor;
    const program = rec.program('classify', () => void (out = rec.keep(model.forward(ctx, pixels))), { gradients: false });
    rec.readTogether(4 * sizeOf(out.shape));
    const own = traceModel(model).head;
    const machine = await Machine.build(device, rec, undefined, lender && { machine: lender.machine, holds: (label) => !own.has(label) });
    return new Form(model, machine, rec, batch, program, pixels, out);
  }

  /** Puts the checkpoint's weights on the device, but for `values`, by name; `progress` hears how many tensors of how many are there. Throws ModelError or FormatError. */
  async load(source: TensorSource, values: Readonly<Record<string, Float32Array>> = {}, progress?: (done: number, total: number) => void): Promise<void> {
    const { machine, rec } = this;
    const trace = traceModel(this.model);
    // What the model reads beside its weights: the matrix of a text head.
    const beside = source.names().filter((name) => !trace.weights.has(name) && rec.find(name));
    const fixed = await Promise.all(beside.map(async (name) => [name, await source.readF32Checked(name)] as const));
    await loadWeights(machine, rec, trace, source, { ...Object.fromEntries(fixed), ...values }, { progress });
    await machine.idle();
  }

  /** Logits (K) of each image, of which there are at most `batch`, by their pixel values. */
  async logits(images: readonly Float32Array[]): Promise<Float32Array[]> {
    const { machine, pixels, batch } = this;
    const each = sizeOf(pixels.shape) / batch;
    images.forEach((values, i) => machine.write(pixels, values, 4 * i * each));
    machine.setStep(noStep);
    await machine.run(this.program);
    const all = await machine.readF32(this.out);
    const width = all.length / batch;
    return images.map((_, i) => all.slice(i * width, (i + 1) * width));
  }

  /** Tensor of a weight. */
  weight(name: string): Tensor {
    return defined(this.rec.find(name));
  }

  destroy(): void {
    this.machine.destroy();
  }
}
