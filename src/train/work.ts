import type { Adapted } from '../adapters/adapted';
import type { LinearInfo } from '../models/trace';

const workIn = (linears: readonly LinearInfo[]): number => linears.reduce((sum, { in: n, out, rows }) => sum + n * out * rows, 0);

/**
 * Multiply-adds of one training step, in shares of full fine-tuning's: the model's matrices and what a method adds in the
 * form it runs in. Full fine-tuning needs three products a matrix, a frozen matrix two, and what lies below the first
 * layer that learns none but the forward. `sharing` micro-batches share a merged weight. Texts in which a method learns are read once
 * a step, or for every image. Attention, norms and the optimizer are left out: they cost every method much the same.
 */
export function workOf(adapted: Adapted, batch: number, sharing = 1): number {
  const { trace, method, model: { textRows } } = adapted;
  const added = adapted.layers.reduce((sum, layer) => {
    const cost = adapted.costOf(layer, batch, sharing);
    return cost ? sum + cost[adapted.formOf(layer, batch, sharing)] : sum;
  }, 0);
  const rows = batch * trace.tokens;
  const plain = trace.linears.reduce((sum, { in: n, out }) => sum + n * out, 0) * rows;
  if (method.trains === 'weights') return 1;
  if (method.trains === 'head') return 1 / 3;
  if (textRows) {
    const [image, text] = (['image', 'text'] as const).map((tower) => workIn(trace.linears.filter((linear) => linear.tower === tower))) as [number, number];
    // Stryker disable next-line ArrayDeclaration: no layer is called anything else
    const inImages = new Set(trace.linears.flatMap(({ name, tower }) => (tower === 'image' ? name : [])));
    const back = method.prompts!.count(adapted.config) > 0 || adapted.layers.some(({ name }) => inImages.has(name));
    const seen = back ? (2 * adapted.tokens) / trace.tokens : 1;
    return (seen * image * batch + 2 * text * (textRows.perImage ? batch : 1) + added) / (3 * image * batch);
  }
  // Frozen products see what a method puts into sequences besides.
  return ((2 * plain * adapted.tokens) / trace.tokens + added) / (3 * plain);
}
