import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import type { RgbImage } from '../data/source';

const COUNT = 4;

/** Images made by a formula, for checks where no others are at hand: waves of different colours and lengths. */
export function probeImages(size = 96): RgbImage[] {
  return Array.from({ length: COUNT }, (_, k) => {
    const data = new Uint8Array(size * size * 3);
    for (let i = 0; i < data.length; i++) {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % size, Math.floor(i / (3 * size))];
      data[i] = Math.round(127.5 + 120 * Math.sin((0.9 + 0.55 * k) * ((x * (c + 1)) / 17 + (y * (3 - c)) / 23) + 2 * k));
    }
    return { width: size, height: size, data };
  });
}

/** Images as a model of this input size takes them: pixel_values (B, 3, size, size). */
export function probePixels(config: PreprocessConfig, size: number, images: RgbImage[] = probeImages()): { pixel_values: Float32Array; shape: [number, number, number, number] } {
  const sized = withSize(config, size);
  const pixel_values = new Float32Array(images.length * 3 * size * size);
  images.forEach((image, i) => pixel_values.set(preprocess(image, sized), i * 3 * size * size));
  return { pixel_values, shape: [images.length, 3, size, size] };
}
