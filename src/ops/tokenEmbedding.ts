import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import backwardSource from '#shaders/token_embedding_backward.wgsl?raw';
import source from '#shaders/token_embedding.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { clear } from './clear';
import { flatGrid, rowGrid } from './grid';
import { slicesOf } from './slices';
import { weightForm, weightKernels } from './weights';

const forward = weightKernels('token_embedding', source, [grid], 1);
const backward = kernel('token_embedding_backward', backwardSource, [reduce]);

/** The padding of a table that has none. */
const NO_PADDING = 0xffffffff;

/**
 * Rows of ids (B, T) u32 in a table (V, C), stored in any type: result (B, T, C). A table too large for one binding is read in slices. The
 * row of `padding` learns nothing, as of torch's Embedding.
 */
export function tokenEmbedding(table: Tensor, ids: Tensor, padding = NO_PADDING): Tensor {
  const rec = recorder();
  const [vocabulary, width] = [rowsOf(table), lastOf(table)];
  const tokens = sizeOf(ids.shape);
  const out = rec.temp('token embeddings', [...ids.shape, width], table.requiresGrad);
  const slices = slicesOf(table);
  for (const { first, rows, part } of slices) {
    rec.emit(forward[weightForm(table)], { tensors: { ids, weight: part, out }, params: { count: tokens * width, width, first, rows, vocabulary }, grid: flatGrid(tokens * width) });
  }
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    for (const { first, rows, part } of slices) {
      rec.contribute(part, (dtable, previous, accumulate) => {
        if (previous) fail('token_embedding', `${table.label} may be used once only`);
        clear(dtable, accumulate, `d ${table.label} clear`);
        rec.emit(backward, { tensors: { ids, dout, dtable }, params: { tokens, width, first, rows, vocabulary, padding }, grid: rowGrid(tokens), label: `d ${table.label}` });
      });
    }
  });
  return out;
}
