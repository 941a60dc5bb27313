import { outputSize, parsePreprocess, preprocess, readPreprocess, type PreprocessConfig } from '../data/preprocess';
import { DataError, type RgbImage } from '../data/source';
import type { FileTree } from '../io/fileTree';
import { filesOf, type HubOptions } from './files';

/** Input of a model, by transformers.js' names: images (B, 3, H, W), channels first, rows from the top. */
export interface PixelValues {
  pixel_values: { data: Float32Array; dims: [batch: number, channels: 3, height: number, width: number] };
}

/** Makes of images, 8 bits a channel, what a model takes, to the bit what transformers' slow processors make. Throws DataError. */
export interface ImageProcessor {
  (images: RgbImage | readonly RgbImage[]): Promise<PixelValues>;
  /** `preprocessor_config.json` with every default filled in. */
  config: PreprocessConfig;
}

/** The processor of a `preprocessor_config.json`. Throws DataError where that leaves the size to the image. */
export function imageProcessor(config: PreprocessConfig): ImageProcessor {
  const { height, width } = outputSize(config);
  const process = async (images: RgbImage | readonly RgbImage[]): Promise<PixelValues> => {
    const all = 'data' in images ? [images] : images;
    const data = new Float32Array(all.length * 3 * height * width);
    all.forEach((image, i) => data.set(preprocess(image, config), i * 3 * height * width));
    return { pixel_values: { data, dims: [all.length, 3, height, width] } };
  };
  return Object.assign(process, { config });
}

export const AutoImageProcessor = {
  /** The processor of a model, by its id on the hub or out of the files of its folder. Throws HubError or DataError. */
  async from_pretrained(from: string | FileTree, options: HubOptions = {}): Promise<ImageProcessor> {
    const files = await filesOf(from, { weights: false, ...options });
    const config = await readPreprocess(files);
    if (!config) throw new DataError(`${files.name} has no preprocessor_config.json.`);
    return imageProcessor(config);
  },
  /** The processor of the JSON of a `preprocessor_config.json`. Throws DataError. */
  from_config: (json: unknown): ImageProcessor => imageProcessor(parsePreprocess(json)),
};
