import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import { DataError, type RgbImage } from '../data/source';
import type { Device } from '../engine/device';
import { deviceOptions } from '../engine/deviceOptions';
import { Machine } from '../engine/machine';
import { Recorder, type Program } from '../engine/record';
import { noStep } from '../engine/step';
import { lastOf, type Tensor } from '../engine/tensor';
import { openCheckpoint } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { withTextHead } from '../models/byText';
import { imageFamilies, parseFamily } from '../models/images';
import { loadWeights } from '../models/load';
import type { Model } from '../models/model';
import { traceModel } from '../models/trace';
import type { LinearOptions } from '../nn/context';
import { recording } from '../nn/recording';
import { softmax } from '../numbers/softmax';
import { linear } from '../ops/matmul';
import type { PageFacts } from './facts.meta';

/** A model of images as it is, for answers alone: nothing of it learns, and no method is on it. */
export interface ClassifierInput {
  model: Model;
  preprocess: PreprocessConfig;
  source: TensorSource;
}

/** Form of a model that a page has: as its config.json says, with the page's labels and input size. Throws ModelError. */
export function formOf(config: unknown, { labels, image_size, textHead }: Pick<PageFacts, 'labels' | 'image_size' | 'textHead'>): Model {
  const model = parseFamily(imageFamilies, config);
  const sized = model.image_size === image_size ? model : model.with({ image_size });
  return textHead ? withTextHead(sized, labels) : sized.with({ labels });
}

/** Opens the folder of a page's model: config.json, model.safetensors; what it says with page.json. Throws ModelError or FormatError. */
export async function openFolder(tree: FileTree, facts: Pick<PageFacts, 'labels' | 'image_size' | 'textHead'>, preprocess: PreprocessConfig): Promise<ClassifierInput> {
  const config: unknown = JSON.parse(new TextDecoder().decode(await tree.read('config.json')));
  return { model: formOf(config, facts), preprocess, source: await openCheckpoint(tree) };
}

/** A model on a device that tells what one image at a time is. */
export class Classifier {
  private constructor(
    private readonly machine: Machine,
    private readonly program: Program,
    private readonly pixels: Tensor,
    private readonly logits: Tensor,
    private readonly config: PreprocessConfig,
    readonly labels: readonly string[],
  ) {}

  /** Puts the weights on the device; `progress` hears how many tensors of how many are there. Throws ModelError, FormatError or EngineError. */
  static async open(device: Device, { model, preprocess: config, source }: ClassifierInput, progress?: (done: number, total: number) => void): Promise<Classifier> {
    const trace = traceModel(model);
    const rec = new Recorder(deviceOptions(device.report));
    const ctx = recording({
      weight: (name, shape) => rec.declare('frozen', name, shape),
      linear(name: string, x: Tensor, out: number, { bias = true, act, residual }: LinearOptions = {}) {
        const weight = rec.declare('frozen', `${name}.weight`, [out, lastOf(x)]);
        return linear(x, weight, { bias: bias ? rec.declare('frozen', `${name}.bias`, [out]) : null, act, residual, label: name });
      },
      linears: (names, x, out, options) => names.map((name) => ctx.linear(name, x, out, options)),
      block: (_, body) => body(),
    });
    const size = model.image_size;
    const pixels = rec.declare('input', 'pixel_values', [1, model.channels, size, size]);
    let logits!: Tensor;
    const program = rec.program('classify', () => void (logits = rec.keep(model.forward(ctx, pixels))), { gradients: false });
    rec.readTogether(4 * model.labels.length);
    const machine = await Machine.build(device, rec);
    try {
      await loadWeights(machine, rec, trace, source, await fixedOf(rec, source, trace.weights), { progress });
      await machine.idle();
    } catch (error) {
      machine.destroy();
      throw error;
    }
    return new Classifier(machine, program, pixels, logits, withSize(config, size), model.labels);
  }

  /** Probability of each class, in the order of `labels`. Throws DataError where the image is too small to be read. */
  async probabilities(image: RgbImage): Promise<Float64Array> {
    if (!(image.width > 0 && image.height > 0)) throw new DataError('The picture is empty.');
    const { machine } = this;
    machine.write(this.pixels, preprocess(image, this.config));
    machine.setStep(noStep);
    await machine.run(this.program);
    return softmax(await machine.readF32(this.logits));
  }

  destroy(): void {
    this.machine.destroy();
  }
}

/** Values of what the model reads beside its weights: the matrix of a text head. */
async function fixedOf(rec: Recorder, source: TensorSource, weights: ReadonlyMap<string, unknown>): Promise<Record<string, Float32Array>> {
  const names = source.names().filter((name) => !weights.has(name) && rec.find(name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await source.readF32Checked(name)] as const)));
}
