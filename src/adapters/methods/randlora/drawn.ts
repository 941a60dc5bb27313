import { Mersenne } from '../../../io/mersenne';
import { checkDraw, standardise, ternary, uniform, type Bases } from '../../../io/torchRandom';

/** The precision that PEFT draws dense RandLoRA bases in: bf16 where the machine knows it, else f16. */
type DrawDtype = 'bf16' | 'f16';

export interface DrawOptions {
  sparse?: boolean;
  verySparse?: boolean;
  /** Ignored for sparse bases, which are drawn in f32. */
  dtype?: DrawDtype;
}

/**
 * The bases that PEFT makes for RandLoRA from `projection_prng_key`, bit for bit (peft/tuners/randlora/model.py):
 * A (r, 1, dMin) then B (dMax, N, r) with N = ceil(dMin / r), each divided by its own sample standard deviation.
 * The same key gives other dense bases for each `dtype` (default bf16). Throws FormatError for sizes or a key that cannot be.
 */
export function randloraBases(key: number, r: number, dMax: number, dMin: number, options: DrawOptions = {}): Bases {
  const n = Math.ceil(dMin / r);
  checkDraw(key, [r, dMax, dMin], dMax * n * r);
  const random = new Mersenne(key);
  const shapes = { shapeA: [r, 1, dMin], shapeB: [dMax, n, r] };
  if (options.sparse || options.verySparse) {
    const k = options.verySparse ? Math.sqrt(Math.min(dMax, dMin)) : 3;
    const A = ternary(random, r * dMin, k);
    return { A, B: ternary(random, dMax * n * r, k), ...shapes };
  }
  const dtype = options.dtype ?? 'bf16';
  const A = standardise(uniform(random, new Float32Array(r * dMin), 1 / Math.sqrt(dMin), dtype), dtype);
  // torch.cat of n blocks (dMax, 1, r) along dim 1: drawn block after block, stored row after row.
  const B = new Float32Array(dMax * n * r);
  const block = new Float32Array(dMax * r);
  for (let j = 0; j < n; j++) {
    uniform(random, block, 1 / Math.sqrt(r), dtype);
    for (let row = 0; row < dMax; row++) B.set(block.subarray(row * r, row * r + r), (row * n + j) * r);
  }
  return { A, B: standardise(B, dtype), ...shapes };
}
