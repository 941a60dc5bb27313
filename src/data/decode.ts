import { defined } from '../numbers/defined';
import { DataError, type RgbImage } from './source';

/** Larger images are refused. */
export const maxPixels = 100_000_000;

/**
 * Decodes an image with the browser (page or worker): turned upright by its EXIF orientation, colours as stored,
 * transparent parts over white. Throws DataError naming the file.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RgbImage> {
  let bitmap: ImageBitmap;
  try {
    // Colour profiles are ignored, as Pillow does, so that pixels equal those of a PyTorch pipeline.
    bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), { colorSpaceConversion: 'none' });
  } catch {
    throw new DataError(`${name} cannot be decoded as an image; it is damaged or of a kind this browser does not know. Leave it out or save it again as JPEG or PNG.`);
  }
  return readBitmap(bitmap, name);
}

/** Pixels of a bitmap, transparent parts over white; closes it. Throws DataError naming it. */
export function readBitmap(bitmap: ImageBitmap, name: string): RgbImage {
  try {
    const { width, height } = bitmap;
    if (width * height > maxPixels) throw new DataError(`${name} has ${width} x ${height} pixels, more than ${maxPixels / 1e6} million; make it smaller.`);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new DataError(`${name} (${width} x ${height}) cannot be drawn: the browser gives no canvas of that size.`);
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return { width, height, data: dropAlpha(context.getImageData(0, 0, width, height).data) };
  } finally {
    bitmap.close();
  }
}

function dropAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = defined(rgba[from]);
    rgb[to + 1] = defined(rgba[from + 1]);
    rgb[to + 2] = defined(rgba[from + 2]);
  }
  return rgb;
}
