import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import backwardSource from '#shaders/token_embedding_backward.wgsl?raw';
import source from '#shaders/token_embedding.wgsl?raw';
import { fail } from '../engine/errors';
import { ALIGN } from '../engine/flats';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { said } from '../said/said';
import { clear } from './clear';
import { flatGrid, rowGrid } from './grid';

const forward = kernel('token_embedding', source, [grid]);
const backward = kernel('token_embedding_backward', backwardSource, [reduce]);

/** Rows of ids (B, T) u32 in a table (V, C): result (B, T, C). A table too large for one binding is read in slices. */
export function tokenEmbedding(table: Tensor, ids: Tensor): Tensor {
  const rec = recorder();
  const [vocabulary, width] = [rowsOf(table), lastOf(table)];
  const tokens = sizeOf(ids.shape);
  const out = rec.temp('token embeddings', [...ids.shape, width], table.requiresGrad);
  const slices = slicesOf(vocabulary, width, rec.maxBinding).map(({ first, rows }) => ({ first, rows, part: rec.rows(table, first, rows) }));
  for (const { first, rows, part } of slices) {
    rec.emit(forward, { tensors: { ids, table: part, out }, params: { count: tokens * width, width, first, rows, vocabulary }, grid: flatGrid(tokens * width) });
  }
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    for (const { first, rows, part } of slices) {
      rec.contribute(part, (dtable, previous, accumulate) => {
        if (previous) fail('token_embedding', said`${table.label} may be used once only`);
        clear(dtable, accumulate, `d ${table.label} clear`);
        rec.emit(backward, { tensors: { ids, dout, dtable }, params: { tokens, width, first, rows, vocabulary }, grid: rowGrid(tokens), label: `d ${table.label}` });
      });
    }
  });
  return out;
}

/** Cuts a table into runs of rows that can be bound: at most `most` bytes each, starting at aligned offsets. */
function slicesOf(vocabulary: number, width: number, most: number): { first: number; rows: number }[] {
  if (vocabulary * width * 4 <= most) return [{ first: 0, rows: vocabulary }];
  const unit = ALIGN / gcd(ALIGN, width * 4);
  const rows = Math.floor(most / (width * 4 * unit)) * unit;
  if (rows < 1) fail('token_embedding', said`a row of ${width} values does not fit into a binding of ${most} bytes`);
  return Array.from({ length: Math.ceil(vocabulary / rows) }, (_, i) => ({ first: i * rows, rows: Math.min(rows, vocabulary - i * rows) }));
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
