import type { Context, Shaped } from '../nn/context';
import { defined } from '../numbers/defined';

/** Weights of torch's bicubic interpolation (A = -0.75) of `from` samples at `to` positions: (to, from), row-major. */
export function bicubicMatrix(from: number, to: number): Float64Array {
  const A = -0.75;
  const near = (t: number) => ((A + 2) * t - (A + 3)) * t * t + 1;
  const far = (t: number) => ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;
  const matrix = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const x = ((i + 0.5) * from) / to - 0.5;
    const base = Math.floor(x);
    const t = x - base;
    [far(t + 1), near(t), near(1 - t), far(2 - t)].forEach((w, k) => {
      const at = Math.min(from - 1, Math.max(0, base - 1 + k));
      matrix[i * from + at] = defined(matrix[i * from + at]) + w;
    });
  }
  return matrix;
}

/**
 * As `bicubicMatrix`, with torch's `antialias=True`: A = -0.5, a kernel as wide as the step where it shrinks, and weights
 * that add up to one. Source: torch UpSampleKernel.cpp, _compute_indices_min_size_weights_aa; Pillow's Resample.c.
 */
export function antialiasMatrix(from: number, to: number): Float64Array {
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const A = -0.5;
  const kernel = (t: number) => {
    const x = Math.abs(t);
    if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  };
  const matrix = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const center = scale * (i + 0.5);
    const first = Math.max(0, Math.trunc(center - 2 * stretch + 0.5));
    const end = Math.min(from, Math.trunc(center + 2 * stretch + 0.5));
    let total = 0;
    for (let j = first; j < end; j++) total += matrix[i * from + j] = kernel((j - center + 0.5) / stretch);
    for (let j = first; j < end; j++) matrix[i * from + j] = defined(matrix[i * from + j]) / total;
  }
  return matrix;
}

export interface PositionOptions {
  /** Tokens in front whose positions stay: the class token, and DeiT's distillation token. */
  extra?: number;
  antialias?: boolean;
}

/**
 * Matrix (extra + rows * cols, extra + n * n) that interpolates the positions of an n x n grid; those of the tokens in
 * front stay.
 */
function interpolationMatrix(n: number, rows: number, cols: number, { extra = 1, antialias = false }: PositionOptions = {}): Float32Array {
  const weights = antialias ? antialiasMatrix : bicubicMatrix;
  const across = weights(n, cols);
  const down = weights(n, rows);
  const width = extra + n * n;
  const matrix = new Float32Array((extra + rows * cols) * width);
  for (let i = 0; i < extra; i++) matrix[i * width + i] = 1;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      const at = (extra + y * cols + x) * width + extra;
      for (let j = 0; j < n; j++) {
        const wy = defined(down[y * n + j]);
        if (wy === 0) continue;
        for (let i = 0; i < n; i++) matrix[at + j * n + i] = wy * defined(across[x * n + i]);
      }
    }
  }
  return matrix;
}

/**
 * Position embedding for another grid: `positions` (extra + n * n, C) of an n x n checkpoint becomes
 * (extra + rows * cols, C). The first ones stay, the others are interpolated bicubically. Being linear it is
 * a product with a constant matrix, so that full fine-tuning trains the checkpoint's own embedding.
 * Source: transformers interpolate_pos_encoding of ViT, DeiT and Dinov2Embeddings (4.45, `size=` given, no
 * antialiasing), and of Dinov2WithRegistersEmbeddings (antialiased).
 */
export function interpolatePositions<T extends Shaped>(ctx: Pick<Context<T>, 'constant' | 'product'>, positions: T, n: number, rows: number, cols: number, options: PositionOptions = {}): T {
  if (rows === n && cols === n) return positions;
  const { extra = 1 } = options;
  const m = ctx.constant(`interpolation ${n} to ${rows} x ${cols}`, [extra + rows * cols, extra + n * n], () => interpolationMatrix(n, rows, cols, options));
  return ctx.product(m, positions, { label: 'positions' });
}
