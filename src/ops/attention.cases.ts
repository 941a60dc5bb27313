import type { OpCase } from '../testing/checkOp';
import { attention as reference } from '../testing/reference';
import { attention, packedAttention } from './attention';

function of(B: number, T: number, heads: number, D: number, { causal = false, spread = 1, uses = [] as string[] } = {}): OpCase {
  const shape = [B, T, heads * D];
  const sharp = { shape, from: (random: () => number) => spread * random() };
  return {
    name: `attention B${B} T${T} heads ${heads} D${D}${causal ? ' causal' : ''}${spread === 1 ? '' : ` spread ${spread}`}`,
    inputs: { q: sharp, k: sharp, v: { shape } },
    run: ({ q, k, v }) => attention(q, k, v, heads, causal),
    reference: ({ q, k, v }) => reference(q, k, v, shape, heads, causal),
    uses,
  };
}

/** q, k and v in the columns of one tensor. */
function packed(B: number, T: number, heads: number, D: number, causal = false): OpCase {
  const C = heads * D;
  return {
    name: `packed attention B${B} T${T} heads ${heads} D${D}${causal ? ' causal' : ''}`,
    inputs: { qkv: { shape: [B, T, 3 * C] } },
    run: ({ qkv }) => packedAttention(qkv, heads, causal),
    reference: ({ qkv }) => {
      const part = (n: number) => Float64Array.from({ length: B * T * C }, (_, i) => qkv[Math.floor(i / C) * 3 * C + n * C + (i % C)]);
      return reference(part(0), part(1), part(2), [B, T, C], heads, causal);
    },
  };
}

const forms = ['attention', 'attention_backward_delta', 'attention_backward'];

export const cases: OpCase[] = [
  of(2, 5, 3, 4, { uses: forms.map((name) => (name.endsWith('delta') ? name : `${name}.lanes4`)) }),
  of(2, 5, 3, 16, { uses: forms }),
  of(2, 5, 3, 3, { uses: forms.map((name) => `${name}.lanes1`) }),
  // One key: the gradients of q and k are zero, so that only an absolute bound has a meaning.
  { ...of(1, 1, 2, 4), absolute: true },
  of(2, 1, 1, 1, { causal: true }),
  of(1, 16, 1, 8),
  // A workgroup with one token of its last eight.
  of(1, 17, 2, 8),
  of(1, 50, 2, 4),
  of(1, 65, 1, 32),
  // Several tiles of the other side, the last one short.
  of(1, 197, 1, 4),
  of(1, 120, 1, 64),
  of(1, 77, 1, 16, { causal: true }),
  of(1, 130, 1, 8, { causal: true }),
  of(1, 77, 1, 8, { causal: true }),
  of(2, 9, 2, 5, { causal: true }),
  // Scores up to about 500: one key takes all, the others underflow. f32 keeps 2^-24 * 500 = 3e-5 of a score.
  { ...of(1, 12, 1, 8, { spread: 8 }), tolerance: 3e-4, gradTolerance: 3e-3 },
  {
    name: 'attention of x by itself',
    inputs: { x: { shape: [1, 6, 8] } },
    run: ({ x }) => attention(x, x, x, 2),
    reference: ({ x }) => reference(x, x, x, [1, 6, 8], 2),
  },
  {
    name: 'attention, only v trained',
    inputs: { q: { shape: [1, 6, 8], grad: false }, k: { shape: [1, 6, 8], grad: false }, v: { shape: [1, 6, 8] } },
    run: ({ q, k, v }) => attention(q, k, v, 2),
    reference: ({ q, k, v }) => reference(q, k, v, [1, 6, 8], 2),
  },
  packed(2, 5, 3, 4),
  packed(2, 9, 1, 16, true),
  packed(2, 7, 2, 3),
  packed(1, 35, 2, 32),
];
