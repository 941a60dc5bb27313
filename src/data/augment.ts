import { defined } from '../numbers/defined';
import { exp, log } from '../numbers/elementary';
import { fit, normalise, outputSize, type PreprocessConfig } from './preprocess';
import type { Random } from './random';
import { streams } from './streams';
import { type Box, resize } from './resize';
import type { RgbImage } from './source';

export interface AugmentOptions {
  /** Random resized crop: scale 0.5 to 1 of the area, ratio 3/4 to 4/3. */
  crop: boolean;
  /** Horizontal flip of every other image, by chance. */
  flip: boolean;
  seed: number;
}

const scale = [0.5, 1] as const;
const logRatio = [log(3 / 4), log(4 / 3)] as const;

/**
 * As `preprocess`, with the augmentation of image `index` in `epoch`: crop and resize in one go (a resize with a box),
 * flip, normalise. The same (seed, epoch, index) gives the same pixels, whatever was asked before.
 */
export function preprocessAugmented(image: RgbImage, config: PreprocessConfig, options: AugmentOptions, epoch: number, index: number): Float32Array {
  const random = streams.augmentation(options.seed, epoch, index);
  const flipped = random.next() < 2 ** 31;
  let out: RgbImage;
  if (options.crop) {
    const { height, width } = outputSize(config);
    out = resize(image, width, height, config.resample, cropBox(image.width, image.height, random));
  } else {
    outputSize(config);
    out = fit(image, config);
  }
  return normalise(options.flip && flipped ? flip(out) : out, config);
}

/**
 * A random part of an image in whole pixels, as torchvision's RandomResizedCrop chooses it: ten tries of an area and a
 * log-uniform ratio (width to height), else the largest centred part whose ratio is allowed.
 */
export function cropBox(width: number, height: number, random: Random): Box {
  for (let i = 0; i < 10; i++) {
    const area = width * height * random.uniform(...scale);
    const ratio = exp(random.uniform(...logRatio));
    const w = Math.round(Math.sqrt(area * ratio));
    const h = Math.round(Math.sqrt(area / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const left = random.below(width - w + 1);
    const top = random.below(height - h + 1);
    return [left, top, left + w, top + h];
  }
  const [low, high] = [3 / 4, 4 / 3];
  const w = Math.min(width, Math.max(1, Math.round(height * high)));
  const h = Math.min(height, Math.max(1, Math.round(width / low)));
  const left = Math.floor((width - w) / 2);
  const top = Math.floor((height - h) / 2);
  return [left, top, left + w, top + h];
}

/** Mirrors left and right. */
export function flip({ width, height, data }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = (y * width + width - 1 - x) * 3;
      out[to] = defined(data[from]);
      out[to + 1] = defined(data[from + 1]);
      out[to + 2] = defined(data[from + 2]);
    }
  }
  return { width, height, data: out };
}
