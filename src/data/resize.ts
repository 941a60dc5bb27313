import { defined, several } from '../numbers/defined';
import type { RgbImage } from './source';

export type Resample = 'bilinear' | 'bicubic';

/** Part of an image as [left, top, right, bottom] in pixels; fractions are allowed. */
export type Box = readonly [number, number, number, number];

interface Filter {
  support: number;
  weight(x: number): number;
}

const filters: Record<Resample, Filter> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight(x) {
      const a = -0.5;
      const t = Math.abs(x);
      if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
      return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
    },
  },
};

// Coefficients are whole numbers of 2^-22: 32 bits less 8 of the pixel less 2 for filters that exceed [0, 1].
const precisionBits = 32 - 8 - 2;
const half = 1 << (precisionBits - 1);

/** For each output position: the first input read, how many, and their coefficients (`size` apart). */
interface Taps {
  size: number;
  first: Int32Array;
  count: Int32Array;
  coefficients: Int32Array;
}

/**
 * Resizes with antialiasing, bit for bit as Pillow's `Image.resize((width, height), resample, box)` does for RGB:
 * a horizontal pass, then a vertical one, each in fixed point and rounded to 8 bits (Pillow's Resample.c).
 * Pixels just outside `box` still count where the filter reaches them, as in Pillow.
 */
export function resize(image: RgbImage, width: number, height: number, resample: Resample, box?: Box): RgbImage {
  const [left, top, right, bottom] = several((box ?? [0, 0, image.width, image.height]).map(Math.fround), 4);
  const filter = filters[resample];
  const horizontal = width !== image.width || left !== 0 || right !== width;
  const vertical = height !== image.height || top !== 0 || bottom !== height;
  let { data } = image;
  let firstRow = 0;
  let rows = image.height;
  const down = taps(image.height, top, bottom, height, filter);
  if (horizontal) {
    // Only the rows that the vertical pass will read.
    firstRow = defined(down.first[0]);
    rows = defined(down.first[height - 1]) + defined(down.count[height - 1]) - firstRow;
    data = resizeRows(data, image.width, firstRow, rows, width, taps(image.width, left, right, width, filter));
  }
  if (vertical) data = resizeColumns(data, width, firstRow, height, down);
  return { width, height, data: horizontal || vertical ? data : data.slice() };
}

function taps(inSize: number, from: number, to: number, outSize: number, filter: Filter): Taps {
  const scale = Math.fround(to - from) / outSize;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const coefficients = new Int32Array(outSize * size);
  const weights = new Float64Array(size);
  const inverse = 1 / filterScale;
  for (let o = 0; o < outSize; o++) {
    const center = from + (o + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const n = Math.min(inSize, Math.trunc(center + support + 0.5)) - low;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      weights[i] = filter.weight((i + low - center + 0.5) * inverse);
      sum += defined(weights[i]);
    }
    for (let i = 0; i < n; i++) {
      const w = (sum === 0 ? defined(weights[i]) : defined(weights[i]) / sum) * (1 << precisionBits);
      coefficients[o * size + i] = Math.trunc(w < 0 ? w - 0.5 : w + 0.5);
    }
    first[o] = low;
    count[o] = n;
  }
  return { size, first, count, coefficients };
}

function clip8(sum: number): number {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeRows(data: Uint8Array, inWidth: number, firstRow: number, rows: number, outWidth: number, across: Taps): Uint8Array {
  const out = new Uint8Array(rows * outWidth * 3);
  const { size, first, count, coefficients } = across;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < outWidth; x++) {
      let r = half;
      let g = half;
      let b = half;
      let at = ((firstRow + y) * inWidth + defined(first[x])) * 3;
      for (let k = x * size, end = k + defined(count[x]); k < end; k++, at += 3) {
        const c = defined(coefficients[k]);
        r += defined(data[at]) * c;
        g += defined(data[at + 1]) * c;
        b += defined(data[at + 2]) * c;
      }
      const to = (y * outWidth + x) * 3;
      out[to] = clip8(r);
      out[to + 1] = clip8(g);
      out[to + 2] = clip8(b);
    }
  }
  return out;
}

function resizeColumns(data: Uint8Array, width: number, firstRow: number, outHeight: number, down: Taps): Uint8Array {
  const stride = width * 3;
  const out = new Uint8Array(outHeight * stride);
  const sums = new Int32Array(stride);
  const { size, first, count, coefficients } = down;
  for (let y = 0; y < outHeight; y++) {
    sums.fill(half);
    let at = (defined(first[y]) - firstRow) * stride;
    for (let k = y * size, end = k + defined(count[y]); k < end; k++, at += stride) {
      const c = defined(coefficients[k]);
      for (let i = 0; i < stride; i++) sums[i] = defined(sums[i]) + (defined(data[at + i]) * c);
    }
    for (let i = 0; i < stride; i++) out[y * stride + i] = clip8(defined(sums[i]));
  }
  return out;
}

/** The whole-pixel part of an image that lies in [left, left + width) x [top, top + height). */
export function crop(image: RgbImage, left: number, top: number, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}
