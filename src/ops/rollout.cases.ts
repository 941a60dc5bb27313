import type { AttentionForm } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { attentionMean, rollout as reference } from '../testing/reference';
import { attention, packedAttention } from './attention';
import { rollout } from './rollout';

const forms: Record<string, AttentionForm> = {
  fused: { forward: 'fused', backward: 'fused', keep: false },
  products: { forward: 'products', backward: 'products', keep: false },
};

interface Options {
  layers?: number;
  /** Tokens that the head reads, by the first and how many. */
  read?: [number, number];
  causal?: boolean;
  packed?: boolean;
  form?: keyof typeof forms;
  spread?: number;
  /** Tokens at the end that are new before each layer but the first. */
  fresh?: number[];
}

/** Rollout over several layers of attention, each with q and k of its own. */
function of(B: number, T: number, heads: number, D: number, { layers = 3, read = [0, 1], causal = false, packed = false, form = 'fused', spread = 1, fresh }: Options = {}): OpCase {
  const C = heads * D;
  const each = Array.from({ length: layers }, (_, i) => i);
  const columns = packed ? 3 : 1;
  const input = { shape: [B, T, columns * C], grad: false, from: (random: () => number) => spread * random() };
  const part = (x: Float64Array, n: number) => Float64Array.from({ length: B * T * C }, (_, i) => defined(x[Math.floor(i / C) * columns * C + n * C + (i % C)]));
  return opCase({
    name: `rollout B${B} T${T} heads ${heads} D${D}, ${layers} layers, tokens ${read.join(' and ')}${causal ? ', causal' : ''}${packed ? ', packed' : ''}${fresh ? `, ${fresh.join(' and ')} new` : ''}, ${form}`,
    inputs: Object.fromEntries(each.flatMap((i) => (packed ? [`x${i}`] : [`q${i}`, `k${i}`]).map((name) => [name, input]))),
    run(t) {
      const means: Tensor[] = [];
      const watch = (mean: Tensor) => void means.push(mean);
      for (const i of each) {
        if (packed) packedAttention(defined(t[`x${i}`]), heads, { causal }, undefined, watch);
        else attention(defined(t[`q${i}`]), defined(t[`k${i}`]), defined(t[`k${i}`]), heads, { causal }, undefined, watch);
      }
      return rollout(means, ...read, fresh);
    },
    reference(v) {
      const qk = (i: number) => (packed ? [part(defined(v[`x${i}`]), 0), part(defined(v[`x${i}`]), 1)] : [defined(v[`q${i}`]), defined(v[`k${i}`])]);
      return reference(each.map((i) => attentionMean(defined(qk(i)[0]), defined(qk(i)[1]), [B, T, C], heads, causal)), [B, T], ...read, fresh);
    },
    attention: forms[form],
    uses: [D % 4 ? 'attention_mean.lanes1' : 'attention_mean', 'rollout'],
  });
}

export const cases: OpCase[] = [
  of(2, 5, 3, 4),
  of(2, 5, 3, 3, { form: 'products' }),
  of(1, 1, 1, 4, { layers: 1 }),
  of(1, 8, 2, 8, { layers: 2, read: [1, 7] }),
  of(2, 65, 2, 16, { packed: true, read: [0, 2] }),
  of(1, 66, 1, 5, { packed: true, form: 'products' }),
  of(2, 10, 2, 4, { causal: true, layers: 4 }),
  of(2, 9, 2, 4, { fresh: [0, 3, 0, 2], layers: 4, read: [0, 2] }),
  // More channels than the fused kernels take.
  of(1, 6, 1, 131, { layers: 2 }),
  // Scores up to about 500, of which f32 keeps 3e-5 (as in attention.cases.ts).
  { ...of(1, 12, 1, 8, { spread: 8 }), tolerance: 3e-4 },
];
