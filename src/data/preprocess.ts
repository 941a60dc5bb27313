import { defined } from '../numbers/defined';
import type { PreprocessConfig, Size } from './preprocessConfig';
import { crop, resize } from './resize';
import { DataError, type RgbImage } from './source';

export { parsePreprocess, readPreprocess, type PreprocessConfig } from './preprocessConfig';

/** Height and width of what `preprocess` returns. Throws DataError when the config leaves them to the image. */
export function outputSize(config: PreprocessConfig): Size {
  if (config.crop) return config.crop;
  if (config.resize && 'height' in config.resize) return config.resize;
  throw new DataError('The preprocessor config fixes no output size; give it crop_size, or size with height and width.');
}

/**
 * Preprocessing for a square input of `size` pixels. At the checkpoint's own size it is the checkpoint's; at any other
 * the whole image is resized to the square, bilinearly and without a crop, as ViTImageProcessor does: a small input has
 * no pixels to give away to a crop. Means, deviations and scale stay.
 */
export function withSize(config: PreprocessConfig, size: number): PreprocessConfig {
  const { crop: cropped, resize: before } = config;
  const own = cropped ?? (before && 'height' in before ? before : null);
  if (own?.height === size && own.width === size) return config;
  return { ...config, resize: { height: size, width: size }, crop: null, resample: 'bilinear' };
}

/**
 * Image to pixel values, (3, H, W) float32, equal to transformers' slow (Pillow) image processors: resize, centre crop,
 * rescale, normalise. Throws DataError when the result's size would depend on the image.
 */
export function preprocess(image: RgbImage, config: PreprocessConfig): Float32Array {
  outputSize(config);
  return normalise(fit(image, config), config);
}

/** The geometric half of `preprocess`: resize and centre crop, still 8 bits a channel. */
export function fit(image: RgbImage, config: PreprocessConfig): RgbImage {
  let out = image;
  if (config.resize) {
    const { height, width } = 'height' in config.resize ? config.resize : shortestEdge(image, config.resize.shortest_edge);
    out = resize(image, width, height, config.resample);
  }
  return config.crop ? centreCrop(out, config.crop) : out;
}

function shortestEdge(image: RgbImage, edge: number): Size {
  const { width, height } = image;
  // transformers truncates: int(size * long / short).
  if (width <= height) return { width: edge, height: Math.trunc((edge * height) / width) };
  return { height: edge, width: Math.trunc((edge * width) / height) };
}

function centreCrop(image: RgbImage, { height, width }: Size): RgbImage {
  const top = Math.floor((image.height - height) / 2);
  const left = Math.floor((image.width - width) / 2);
  if (top >= 0 && left >= 0) return crop(image, left, top, width, height);
  // As transformers' center_crop: pad with zeros (the odd pixel before the image), then cut the middle.
  const padded = { width: Math.max(width, image.width), height: Math.max(height, image.height), data: new Uint8Array() };
  padded.data = new Uint8Array(padded.width * padded.height * 3);
  const topPad = Math.ceil((padded.height - image.height) / 2);
  const leftPad = Math.ceil((padded.width - image.width) / 2);
  for (let y = 0; y < image.height; y++) {
    padded.data.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((topPad + y) * padded.width + leftPad) * 3);
  }
  return crop(padded, left + leftPad, top + topPad, width, height);
}

/** The arithmetic half of `preprocess`: (value * rescale_factor - mean) / std in float32, channels first. */
export function normalise(image: RgbImage, config: PreprocessConfig): Float32Array {
  const pixels = image.width * image.height;
  const out = new Float32Array(3 * pixels);
  for (let c = 0; c < 3; c++) {
    const table = channelTable(config.rescale_factor, defined(config.mean[c]), defined(config.std[c]));
    for (let i = 0, at = c; i < pixels; i++, at += 3) out[c * pixels + i] = defined(table[defined(image.data[at])]);
  }
  return out;
}

/** All 256 results for a channel, rounded after each operation as numpy does in float32. */
function channelTable(factor: number, mean: number, std: number): Float32Array {
  const m = Math.fround(mean);
  const s = Math.fround(std);
  return Float32Array.from({ length: 256 }, (_, v) => Math.fround(Math.fround(v * factor) - m) / s);
}
