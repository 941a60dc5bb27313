import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import { DataError, type RgbImage } from '../data/source';
import type { Device } from '../engine/device';
import { openCheckpoint } from '../io/checkpoint';
import type { FileTree } from '../io/fileTree';
import type { TensorSource } from '../io/safetensors';
import { withTextHead } from '../models/byText';
import { imageFamilies, parseFamily } from '../models/images';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { softmax } from '../numbers/softmax';
import type { PageFacts } from './facts.meta';
import { Form } from './form';

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
    private readonly form: Form,
    private readonly config: PreprocessConfig,
  ) {}

  /** Puts the weights on the device; `progress` hears how many tensors of how many are there. Throws ModelError, FormatError or EngineError. */
  static async open(device: Device, { model, preprocess: config, source }: ClassifierInput, progress?: (done: number, total: number) => void): Promise<Classifier> {
    const form = await Form.build(device, model);
    try {
      await form.load(source, {}, progress);
    } catch (error) {
      form.destroy();
      throw error;
    }
    return new Classifier(form, withSize(config, model.image_size));
  }

  get labels(): readonly string[] {
    return this.form.model.labels;
  }

  /** Probability of each class, in the order of `labels`. Throws DataError where the image is too small to be read. */
  async probabilities(image: RgbImage): Promise<Float64Array> {
    return softmax(defined((await this.form.logits([pixelsOf(image, this.config)]))[0]));
  }

  destroy(): void {
    this.form.destroy();
  }
}

/** Pixel values of an image. Throws DataError where it is too small to be read. */
export function pixelsOf(image: RgbImage, config: PreprocessConfig): Float32Array {
  if (!(image.width > 0 && image.height > 0)) throw new DataError('The picture is empty.');
  return preprocess(image, config);
}
