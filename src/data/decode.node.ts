import { defined } from '../numbers/defined';
import { maxPixels } from './decode';
import { DataError, type RgbImage } from './source';

let loaded: Promise<typeof import('sharp').default | null> | undefined;

/** Null where it is not installed: sets of tensors need no decoder. */
const decoder = (): Promise<typeof import('sharp').default | null> =>
  (loaded ??= import('sharp').then(
    ({ default: sharp }) => {
      // Libvips keeps what it decoded; we keep what we need ourselves.
      sharp.cache(false);
      return sharp;
    },
    () => null,
  ));

/**
 * Decodes an image in Node, with sharp (libvips), to what `decodeImage` gives in the browser: upright by its EXIF
 * orientation, colours as stored, transparent parts over white, 8 bits a channel. JPEG, PNG, WebP, GIF (first frame) and
 * AVIF; no BMP. JPEG pixels may differ from a browser's by a few levels, as decoders round differently. Throws
 * DataError naming the file.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RgbImage> {
  const sharp = await decoder();
  if (!sharp) throw new DataError(`${name} cannot be decoded: in Node the package sharp does that, which is not installed here: npm install sharp`);
  try {
    const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', ignoreIcc: true });
    const { format, width, height } = await image.metadata();
    if (!['jpeg', 'png', 'webp', 'gif', 'heif'].includes(format)) throw new Error(`${format} images are not read`);
    if (width * height > maxPixels) throw new Error(`it has ${width} x ${height} pixels, more than ${maxPixels / 1e6} million`);
    const { data, info } = await image.autoOrient().flatten({ background: 'white' }).toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    if (info.channels === 3) return { width: info.width, height: info.height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
    throw new Error(`it has ${info.channels} channels`);
  } catch (error) {
    const why = defined((error as Error).message.split('\n')[0]).replace(/\.$/, '');
    throw new DataError(`${name} cannot be decoded as an image (${why}); it is damaged or of a kind that is not read here. Leave it out or save it again as JPEG or PNG.`);
  }
}
