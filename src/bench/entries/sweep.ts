import { defined } from '../../numbers/defined';
import type { Mode } from '../../ops/product';
import { product } from '../../ops/product';
import { TILES } from '../../ops/productForms';
import { engine, recorderFor } from '../engine';
import { OURS, type Contestant, type Entry, type Group } from '../entry';
import { randn } from '../numbers';
import { sampledError } from './matmul';

/** One product by what is usual for the adapter, and in every form by name. */
function entry(name: string, mode: Mode, M: number, K: number, N: number): Entry {
  // Whatever the mode, the numbers are those of x (M, K), or (K, M) in tn, and w (K, N).
  const numbers = () => ({ x: randn(M * K, 1, 11), w: randn(K * N, 1, 12) });
  const turned = (w: Float32Array) => (mode === 'nt' ? Float32Array.from(w, (_, i) => defined(w[(i % K) * N + Math.floor(i / K)])) : w);
  const contestant = (who: string, tile?: string): Contestant => ({
    name: who,
    start: (setup) =>
      engine(setup, (device) => {
        if (tile?.startsWith('half') && !device.gpu.features.has('shader-f16')) throw new Error('this adapter has no shader-f16');
        if (tile) device.choices = { product: [tile] };
        const rec = recorderFor(device);
        const { x, w } = numbers();
        const tensors = { x: rec.declare('input', 'x', [M * K]), weight: rec.declare('input', 'w', [K * N]), out: rec.declare('output', 'out', [M, N]) };
        const program = rec.program('product', () => product({ mode, ...tensors, M, N, K }));
        return { rec, programs: [program], values: { x, w: turned(w) }, out: tensors.out };
      }),
  });
  return {
    name,
    flop: 2 * M * K * N,
    contestants: [contestant(OURS), ...TILES.map((tile) => contestant(tile, tile))],
    check: (result) => sampledError({ M, K, N, xTransposed: mode === 'tn', ...numbers() }, result),
    // Of the forms that round to f16, 2^-11 for each factor; the others keep to 1e-6.
    tolerance: 3e-3,
  };
}

export const sweep: Group = {
  name: 'sweep',
  title: `Every tile of the matrix product against the usual one of the adapter ("${OURS}")`,
  baseline: OURS,
  entries: [
    entry('1024x1024x1024', 'nn', 1024, 1024, 1024),
    entry('1600x768x768', 'nn', 1600, 768, 768),
    entry('768x1600x768, left transposed (weight gradient)', 'tn', 768, 1600, 768),
    entry('1600x384x32, right transposed (update of rank 32)', 'nt', 1600, 32, 384),
  ],
};
