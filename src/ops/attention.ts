import { fail } from '../engine/errors';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined, several } from '../numbers/defined';
import { freshGrad, passGrad } from './add';
import type { AttentionBackward, AttentionCall, AttentionGrads } from './attentionCall';
import { attentionForm } from './attentionForm';
import { fusedBackward, fusedForward } from './attentionFused';
import { headBackward } from './attentionHead';
import { attentionMean } from './attentionMean';
import { productsBackward, productsForward } from './attentionProducts';
import { lanesOf } from './lanes';

/** Is handed the mean over heads of the probabilities (ops/attentionMean.ts), which is recorded only where somebody watches. */
export type AttentionWatcher = (mean: Tensor) => void;

/** Tokens of an attention that are hidden from one another; none when left out. */
export interface Hidden {
  causal?: boolean;
  /** (B, T) u32: keys where it is 0. A query that sees none gives zeros. */
  mask?: Tensor;
  /** Keys where the mask is another number than at the query, instead. */
  documents?: boolean;
}

/** Multi-head softmax attention: q, k, v (B, T, C) with heads side by side in C; result (B, T, C). */
export function attention(q: Tensor, k: Tensor, v: Tensor, heads: number, hidden: Hidden = {}, label = 'attention', watch?: AttentionWatcher): Tensor {
  if (q.shape.length !== 3 || String(k.shape) !== String(q.shape) || String(v.shape) !== String(q.shape)) fail(label, 'q, k and v must be (B, T, C)', q.shape, k.shape, v.shape);
  const rec = recorder();
  return run(call({ q, k, v }, q.shape, defined(q.shape[2]), heads, hidden, label), (backward) => {
    const grad = (t: Tensor) => (t.requiresGrad ? rec.temp(`d ${t.label}`, t.shape) : null);
    const grads = { dq: grad(q), dk: grad(k), dv: grad(v) };
    backward(grads);
    if (grads.dq) passGrad(q, grads.dq);
    if (grads.dk) passGrad(k, grads.dk);
    if (grads.dv) passGrad(v, grads.dv);
  }, watch);
}

/** As `attention`, of q, k and v as one product makes them: qkv (B, T, 3 C) with columns q | k | v; result (B, T, C). */
export function packedAttention(qkv: Tensor, heads: number, hidden: Hidden = {}, label = 'attention', watch?: AttentionWatcher): Tensor {
  const [B, T, width] = qkv.shape as [number, number, number];
  if (qkv.shape.length !== 3 || width % 3) fail(label, 'q, k and v side by side must be (B, T, 3 C)', qkv.shape);
  return run(call({ q: qkv, k: qkv, v: qkv }, [B, T, width / 3], width, heads, hidden, label), (backward) =>
    freshGrad(qkv, (grad) => backward({ dq: grad, dk: grad, dv: grad })),
    watch,
  );
}

function call(qkv: Record<'q' | 'k' | 'v', Tensor>, shape: readonly number[], width: number, heads: number, { causal = false, mask, documents = false }: Hidden, label: string): AttentionCall {
  const [B, T, C] = several(shape, 3);
  if (C % heads) fail(label, `${heads} heads do not divide the width ${C}`);
  if (mask && sizeOf(mask.shape) !== B * T) fail(label, 'a mask must be (B, T)', mask.shape, [B, T]);
  const D = C / heads;
  const lanes = lanesOf(D);
  const step = width === C ? 0 : C / lanes;
  return { ...qkv, label, B, T, heads, D, causal, mask: mask ?? null, documents, lanes, d: D / lanes, ld: width / lanes, ldOut: C / lanes, at: { q: 0, k: step, v: 2 * step } };
}

const backwards: Record<string, (c: AttentionCall, given: AttentionBackward, grads: AttentionGrads) => void> = { products: productsBackward, fused: fusedBackward, head: headBackward };

/** Records the forward in the form chosen for it; `grads` is called in the backward with what writes gradients. */
function run(c: AttentionCall, grads: (backward: (grads: AttentionGrads) => void) => void, watch?: AttentionWatcher): Tensor {
  const rec = recorder();
  const form = attentionForm(rec, c);
  const out = rec.temp(c.label, [c.B, c.T, c.heads * c.D], c.q.requiresGrad || c.k.requiresGrad || c.v.requiresGrad);
  const lse = rec.temp(`${c.label} lse`, [c.B, c.heads, c.T]);
  const made = form.forward === 'products' ? productsForward(c, out, lse) : fusedForward(c, out, lse);
  const probs = (form.keep && made) || null;
  watch?.(attentionMean(c, lse));
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) grads((wanted) => defined(backwards[form.backward])(c, { out, dout, lse, probs }, wanted));
  });
  return out;
}
