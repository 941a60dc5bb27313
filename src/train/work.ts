import type { Adapted } from '../adapters/adapted';

/**
 * Multiply-adds of one training step, in shares of full fine-tuning's: the model's matrices and what a method adds in the
 * form it runs in. Full fine-tuning needs three products a matrix, a frozen matrix two, and what lies below the first
 * layer that learns none but the forward. `sharing` micro-batches share a merged weight. Attention, norms and the optimizer are left out: they cost every method much the same.
 */
export function workOf(adapted: Adapted, batch: number, sharing = 1): number {
  const { trace, method } = adapted;
  const rows = batch * trace.tokens;
  const plain = trace.linears.reduce((sum, { in: n, out }) => sum + n * out, 0) * rows;
  if (method.trains === 'weights') return 1;
  if (method.trains === 'head') return 1 / 3;
  const added = adapted.layers.reduce((sum, layer) => {
    const cost = adapted.costOf(layer, batch, sharing);
    return cost ? sum + cost[adapted.formOf(layer, batch, sharing)] : sum;
  }, 0);
  return (2 * plain + added) / (3 * plain);
}
