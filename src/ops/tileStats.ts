import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';

/** Columns of a piece, in lib/tile_stats.wgsl. */
const PIECE = 32;

/**
 * Mean and squared differences of each 32 values of the rows of x, (rows, pieces, 2): where x was just written by a product in
 * a form that can tell, its recorded dispatch is made to. Null where it was not, or the recorder does not want it.
 */
export function tileStats(x: Tensor): Tensor | null {
  const rec = recorder();
  const writer = rec.tileStats ? rec.writerOf(x) : undefined;
  if (!writer?.forms || writer.tensors.out?.storage !== x.storage || !writer.kernel.bindings.some((b) => b.name === 'tile_stats')) return null;
  const [M, N] = [rowsOf(x), lastOf(x)];
  const { params, tensors, overrides, forms, grid } = writer;
  if (params.M !== M || params.N !== N || params.ldo !== N / 4 || grid[2] !== 1) return null;
  if (!overrides.STATS) {
    tensors.tile_stats = rec.temp(`${x.label} tile stats`, [M, Math.ceil(N / PIECE), 2]);
    for (const { overrides } of [writer, ...Object.values(forms.of)]) overrides.STATS = 1;
  }
  return tensors.tile_stats!;
}
