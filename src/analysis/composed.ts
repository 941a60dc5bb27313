import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Arrays } from '../adapters/method';
import type { Split } from '../data/source';
import { stampOf } from '../data/stamp';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import { noStep } from '../engine/step';
import { sizeOf, type Tensor } from '../engine/tensor';
import { loadWeights, upload } from '../models/load';
import { TEXT_HEAD } from '../models/byText';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { compose, MAX_DELTAS } from '../ops/compose';
import type { Measured } from './analysis.meta';
import { evaluate } from '../train/evaluate';
import { measuredFeed, mostMeasured } from '../train/feeds';
import type { Feed } from '../train/images';
import type { LoadedModel } from '../train/openModel';
import { deviceOptions } from '../train/plan';
import { recordEvaluation, type ProgramOptions } from '../train/programs';
import type { Evaluation } from '../train/protocol';
import type { FeedOf } from '../train/readings';
import { measureOf } from '../train/scores.meta';
import { newHead } from '../train/updates';

export interface ComposedInput {
  model: LoadedModel;
  /** The model in the form (head, image size) that the runs have. */
  net: Model;
  /** Up to three updates, by weight name. */
  updates: readonly Arrays[];
  batch: number;
  /** As of `Reading`. */
  feedOf?: FeedOf;
  /** Splits to measure the model on, if any. */
  images?: readonly Split[];
  /** Records more programs over the composed weights. */
  more?: (rec: Recorder, adapted: Adapted, options: ProgramOptions) => void;
}

/**
 * A model whose weights are base + sum of c_i delta_i: the pretrained weights and the updates lie on the GPU, and one
 * program writes the weights that the model reads. Heads that the checkpoint does not know have a base of zero.
 */
export class Composed {
  private constructor(
    readonly machine: Machine,
    readonly rec: Recorder,
    private readonly input: ComposedInput,
    private readonly programs: ReturnType<typeof recordEvaluation>,
    private readonly composing: Program,
    private readonly coefficients: Tensor,
    /** Names of what is composed. */
    private readonly names: readonly string[],
    private readonly base: (name: string) => Promise<Float32Array>,
  ) {}

  static async open(device: Device, input: ComposedInput, signal?: AbortSignal): Promise<Composed> {
    const { model, net, updates, batch, images = [] } = input;
    if (updates.length > MAX_DELTAS) throw new EngineError('shape', `${updates.length} updates; at most ${MAX_DELTAS} are composed`);
    const adapted = new Adapted(net, FROZEN);
    const options: ProgramOptions = { batch, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, measured: mostMeasured(images, input.feedOf), ...deviceOptions(device.report) };
    const rec = new Recorder(options);
    const sizes = new Map<string, readonly number[]>([...adapted.trace.weights]);
    // The text head is declared by the model itself, in two dimensions.
    for (const update of updates) if (update[TEXT_HEAD]) sizes.set(TEXT_HEAD, [net.num_labels, update[TEXT_HEAD].length / net.num_labels]);
    const names = [...sizes.keys()].filter((name) => updates.some((update) => update[name]));
    const coefficients = rec.declare('input', 'coefficients', [4]);
    const composing = rec.program(
      'compose',
      () => {
        for (const name of names) {
          const shape = sizes.get(name)!;
          const deltas = updates.map((update, k) => (update[name] ? rec.declare('frozen', `delta ${k} ${name}`, shape) : null));
          compose(rec.declare('frozen', `base ${name}`, shape), deltas, coefficients, rec.declare('output', name, shape));
        }
      },
      { gradients: false },
    );
    const programs = recordEvaluation(adapted, options, rec);
    input.more?.(rec, adapted, options);
    const fresh = newHead(model, net.labels) ? new Set([...adapted.trace.head, TEXT_HEAD]) : new Set([TEXT_HEAD]);
    const base = async (name: string) => (fresh.has(name) ? new Float32Array(sizeOf(sizes.get(name)!)) : model.source.readF32Checked(name));
    const machine = await Machine.build(device, rec);
    try {
      const heads: Arrays = {};
      for (const name of fresh) if (sizes.has(name)) heads[name] = await base(name);
      await loadWeights(machine, rec, adapted.trace, model.source, heads, { signal });
      for (const name of names) {
        signal?.throwIfAborted();
        upload(machine, rec.find(`base ${name}`)!, await base(name));
        updates.forEach((update, k) => update[name] && upload(machine, rec.find(`delta ${k} ${name}`)!, update[name]));
        await machine.idle();
      }
      return new Composed(machine, rec, input, programs, composing, coefficients, names, base);
    } catch (error) {
      machine.destroy();
      throw error;
    }
  }

  /** Makes the weights base + sum of coefficients[k] delta_k. */
  async at(coefficients: readonly number[]): Promise<void> {
    this.machine.write(this.coefficients, Float32Array.of(...[0, 1, 2, 3].map((k) => coefficients[k] ?? 0)));
    this.machine.setStep(noStep);
    await this.machine.run(this.composing);
  }

  /** Makes the weights base + update, of an update that is none of the three. Everything it changes must be composed. */
  async put(update: Arrays): Promise<void> {
    for (const name of Object.keys(update)) if (!this.names.includes(name)) throw new EngineError('shape', `${name} is not composed`);
    for (const name of this.names) {
      const value = await this.base(name);
      const delta = update[name];
      if (delta) for (let i = 0; i < value.length; i++) value[i] = defined(value[i]) + defined(delta[i]);
      upload(this.machine, this.rec.find(name)!, value);
    }
  }

  /** A split as this model takes it. */
  feed(split: Split): Feed {
    return measuredFeed(split, this.input.model, this.input.net.image_size, this.input.feedOf);
  }

  /** Tensors that a batch of this model's inputs is written to, by name. */
  get inputs(): ReturnType<typeof recordEvaluation>['measured']['inputs'] {
    return this.programs.measured.inputs;
  }

  /** Loss of the weights as they are now, and accuracy, or what stands in its place (`measureOf`). */
  async measure(feed: Feed, count: number, signal?: AbortSignal): Promise<Measured> {
    const found = await evaluate(this.machine, this.programs, feed, count, this.input.net.num_labels, { step: 0, split: 'val' }, { signal });
    return { loss: Number.isFinite(found.loss) ? found.loss : NaN, accuracy: measureOf(found) };
  }

  /** All that there is to say of the weights as they are now on a split whose feed this is, with which of its images were right. */
  evaluate(feed: Feed, split: Split, signal?: AbortSignal): Promise<Evaluation> {
    return evaluate(this.machine, this.programs, feed, split.count, this.input.net.num_labels, { step: 0, split: 'test' }, { signal, answers: stampOf(split) });
  }

  destroy(): void {
    this.machine.destroy();
  }
}
