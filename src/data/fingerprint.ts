import { defined } from '../numbers/defined';
import type { RgbImage } from './source';

/** Columns and rows of the small picture that stands for an image when images are compared. */
const columns = 9;
const rows = 8;
/** Pixels looked at of each cell and direction at most: enough for a mean, however large the image. */
const samples = 16;

/** Data kept of an image for finding it again. */
export interface Fingerprint {
  /** 64 bits over size and all pixels: equal for equal pixels. */
  exact: string;
  /** dHash, two halves of 32 bits: whether each cell of the 9 x 8 grey picture is brighter than the next (N. Krawetz, 2013). */
  low: number;
  high: number;
  /** The 9 x 8 RGB picture of area means. */
  thumb: Uint8Array;
}

/** Fingerprint of a decoded image; time proportional to its pixels. */
export function fingerprint(image: RgbImage): Fingerprint {
  const thumb = shrink(image);
  const grey = (cell: number) => 299 * defined(thumb[3 * cell]) + 587 * defined(thumb[3 * cell + 1]) + 114 * defined(thumb[3 * cell + 2]);
  const halves = [0, 0];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      const bit = y * (columns - 1) + x;
      if (grey(y * columns + x) > grey(y * columns + x + 1)) halves[bit >> 5] = defined(halves[bit >> 5]) | (1 << (bit & 31));
    }
  }
  return { exact: exactHash(image), low: defined(halves[0]), high: defined(halves[1]), thumb };
}

/** Bits in which two dHashes differ, 0 to 64. */
export function hamming(a: { low: number; high: number }, b: { low: number; high: number }): number {
  return ones(a.low ^ b.low) + ones(a.high ^ b.high);
}

/** Mean absolute difference of two thumbs, in levels of 0 to 255. */
export function thumbDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(defined(a[i]) - defined(b[i]));
  return sum / a.length;
}

/** Sixteen hex digits over size and pixels: two lanes as FNV-1a, with different factors. */
export function exactHash({ width, height, data }: RgbImage): string {
  let a = 0x811c9dc5 ^ width;
  let b = 0x1b873593 ^ height;
  for (const v of data) {
    a = Math.imul(a ^ v, 0x01000193);
    b = Math.imul(b ^ v ^ (b >>> 15), 0x85ebca6b);
  }
  const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0');
  return hex(a ^ (a >>> 16)) + hex(b ^ (b >>> 13));
}

function shrink({ width, height, data }: RgbImage): Uint8Array {
  const out = new Uint8Array(columns * rows * 3);
  const [xs, ys] = [cells(width, columns), cells(height, rows)];
  let at = 0;
  for (const y of ys) {
    for (const x of xs) {
      let [r, g, b, n] = [0, 0, 0, 0];
      for (let j = y.from; j < y.to; j += y.step) {
        for (let i = x.from; i < x.to; i += x.step) {
          const p = 3 * (j * width + i);
          r += defined(data[p]);
          g += defined(data[p + 1]);
          b += defined(data[p + 2]);
          n++;
        }
      }
      out[at++] = Math.round(r / n);
      out[at++] = Math.round(g / n);
      out[at++] = Math.round(b / n);
    }
  }
  return out;
}

/** Parts of an edge of `size` pixels, one pixel each at least. */
function cells(size: number, count: number): { from: number; to: number; step: number }[] {
  return Array.from({ length: count }, (_, c) => {
    const from = Math.floor((c * size) / count);
    const to = Math.max(from + 1, Math.floor(((c + 1) * size) / count));
    return { from, to, step: Math.max(1, Math.floor((to - from) / samples)) };
  });
}

function ones(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
