import type { Form } from '../engine/forms';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';

/** Columns of a piece, in lib/tile_stats.wgsl. */
const PIECE = 32;

/**
 * Mean and squared differences of each 32 values of the rows of x, (rows, pieces, 2): where x was just written by a product in
 * a form that can tell, its recorded dispatches are made to; where another program has left them, they are those. Null where it was not, or the recorder does not want it.
 */
export function tileStats(x: Tensor): Tensor | null {
  const rec = recorder();
  const known = rec.statsOf(x);
  if (known) return known;
  const writers = rec.tileStats ? rec.writersOf(x) : [];
  const writer = writers.at(-1);
  if (!writer?.forms || writer.tensors.out?.storage !== x.storage || !writer.kernel.bindings.some((b) => b.name === 'tile_stats')) return null;
  const [M, N] = [rowsOf(x), lastOf(x)];
  const { params, tensors, overrides, grid } = writer;
  if (params.M !== M || params.N !== N || params.ldo !== N / 4 || grid[2] !== 1) return null;
  if (!overrides.STATS) {
    const stats = rec.temp(`${x.label} tile stats`, [M, Math.ceil(N / PIECE), 2]);
    for (const each of writers) {
      each.tensors.tile_stats = stats;
      // Forms are shared by all products of the same sizes.
      const telling = <T extends Pick<Form, 'overrides'>>(form: T): T => ({ ...form, overrides: { ...form.overrides, STATS: 1 } });
      each.overrides = telling(each).overrides;
      each.forms = { ...each.forms!, of: Object.fromEntries(Object.entries(each.forms!.of).map(([name, form]) => [name, telling(form)])) };
    }
  }
  return tensors.tile_stats!;
}
