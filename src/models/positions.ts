import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { matmulNN } from '../ops/matmul';

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
      matrix[i * from + at]! += w;
    });
  }
  return matrix;
}

/**
 * Matrix (1 + rows * cols, 1 + n * n) that interpolates the positions of an n x n grid, the class token's first, which
 * stays.
 */
export function interpolationMatrix(n: number, rows: number, cols: number): Float32Array {
  const across = bicubicMatrix(n, cols);
  const down = bicubicMatrix(n, rows);
  const width = 1 + n * n;
  const matrix = new Float32Array((1 + rows * cols) * width);
  matrix[0] = 1;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      const at = (1 + y * cols + x) * width + 1;
      for (let j = 0; j < n; j++) {
        const wy = down[y * n + j]!;
        if (wy === 0) continue;
        for (let i = 0; i < n; i++) matrix[at + j * n + i] = wy * across[x * n + i]!;
      }
    }
  }
  return matrix;
}

/**
 * Position embedding for another grid: `positions` (1 + n * n, C) of an n x n checkpoint becomes (1 + rows * cols, C).
 * The class token's stays, the others are interpolated bicubically, without antialiasing. Being linear it is recorded
 * as a product with a constant matrix, so that full fine-tuning trains the checkpoint's own embedding.
 * Source: transformers ViTEmbeddings.interpolate_pos_encoding (4.45, `size=` given).
 */
export function interpolatePositions(positions: Tensor, n: number, rows: number, cols: number): Tensor {
  if (rows === n && cols === n) return positions;
  const m = recorder().constant(`interpolation ${n} to ${rows} x ${cols}`, [1 + rows * cols, 1 + n * n], interpolationMatrix(n, rows, cols));
  return matmulNN(m, positions, { label: 'positions' });
}
