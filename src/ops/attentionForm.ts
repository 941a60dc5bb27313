import type { AttentionForm, Recorder } from '../engine/record';
import { matrixBytes, type AttentionCall } from './attentionCall';
import { fusedTakes } from './attentionFused';
import { headTakes } from './attentionHead';

/** Most bytes of one matrix of all queries by all keys; the backward by products needs two, once for all layers. */
const MOST_SCRATCH = 64 * 1024 * 1024;
/** Beyond so many tokens the matrices are traffic that the fused kernels do not have. */
const MOST_TOKENS = 320;

/**
 * Form of one attention: the one that the recorder was told, and for the rest, by shape, memory and adapter:
 *
 * - Forward: fused; products where the adapter is software, whose barriers cost more than the matrix of scores, or where
 *   the head is too wide for the fused kernel.
 * - Backward: products (five of T x T x D a head, a matrix of P and one of dS as scratch that all layers share) where
 *   T and the scratch are moderate, the two fused kernels (seven products, no scratch) otherwise; one workgroup a head
 *   only where asked for.
 * - P is kept from a forward by products for a backward by products where a layer's P is no larger than its q, k and v.
 */
export function attentionForm(rec: Recorder, c: Pick<AttentionCall, 'B' | 'heads' | 'T' | 'D'> & Partial<Pick<AttentionCall, 'mask'>>): AttentionForm {
  const bytes = matrixBytes(c);
  const fused = fusedTakes(c.D);
  const room = c.T <= MOST_TOKENS && bytes <= Math.min(MOST_SCRATCH, rec.maxBinding);
  const forward = !fused ? 'products' : (rec.attention.forward ?? (rec.software && room ? 'products' : 'fused'));
  const wanted = rec.attention.backward ?? (room ? 'products' : 'fused');
  const backward = wanted === 'head' && headTakes(c) ? 'head' : !fused || wanted !== 'fused' ? 'products' : 'fused';
  const keep = forward === 'products' && backward === 'products' && (rec.attention.keep ?? bytes <= 3 * 4 * c.B * c.T * c.heads * c.D);
  return { forward, backward, keep };
}
