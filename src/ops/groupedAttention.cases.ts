import type { OpCase, Values } from '../testing/checkOp';
import { groupedAttention, spans } from './groupedAttention';

interface Shape {
  B: number;
  T: number;
  heads: number;
  kv: number;
  D: number;
  window?: number;
  /** The mask at a token of a row; 1 everywhere when left out. */
  mask?: (b: number, t: number) => number;
  /** How q, k and v are given: apart, k and v in one, or all in one. */
  given?: 1 | 2 | 3;
}

/** As plainly as possible: for each query head its own keys, those of its number of the mask from behind, within the window. */
function reference(v: Values, { B, T, heads, kv, D, window = Infinity, mask = () => 1, given = 3 }: Shape): Float64Array {
  const row = (b: number, t: number) => b * T + t;
  const of = {
    q: (b: number, t: number, h: number, c: number) => (given === 1 ? v.qkv![row(b, t) * (heads + 2 * kv) * D + h * D + c]! : v.q![(row(b, t) * heads + h) * D + c]!),
    k: (b: number, t: number, n: number, c: number) => (given === 1 ? v.qkv![row(b, t) * (heads + 2 * kv) * D + (heads + n) * D + c]! : given === 2 ? v.kv![row(b, t) * 2 * kv * D + n * D + c]! : v.k![(row(b, t) * kv + n) * D + c]!),
    v: (b: number, t: number, n: number, c: number) => (given === 1 ? v.qkv![row(b, t) * (heads + 2 * kv) * D + (heads + kv + n) * D + c]! : given === 2 ? v.kv![row(b, t) * 2 * kv * D + (kv + n) * D + c]! : v.v![(row(b, t) * kv + n) * D + c]!),
  };
  const out = new Float64Array(B * T * heads * D);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < heads; h++) {
      const n = Math.floor((h * kv) / heads);
      for (let t = 0; t < T; t++) {
        const keys = Array.from({ length: t + 1 }, (_, s) => s).filter((s) => t - s < window && mask(b, t) !== 0 && mask(b, s) === mask(b, t));
        const weights = keys.map((s) => {
          let score = 0;
          for (let c = 0; c < D; c++) score += of.q(b, t, h, c) * of.k(b, s, n, c);
          return Math.exp(score / Math.sqrt(D));
        });
        const total = weights.reduce((sum, w) => sum + w, 0);
        for (const [i, s] of keys.entries()) for (let c = 0; c < D; c++) out[(row(b, t) * heads + h) * D + c]! += (weights[i]! / total) * of.v(b, s, n, c);
      }
    }
  }
  return out;
}

function of(name: string, shape: Shape, more: Partial<OpCase> = {}): OpCase {
  const { B, T, heads, kv, D, window, mask = () => 1, given = 3 } = shape;
  const [q, k] = [heads * D, kv * D];
  const widths: Record<number, Record<string, number>> = { 1: { qkv: q + 2 * k }, 2: { q, kv: 2 * k }, 3: { q, k, v: k } };
  const names = Object.keys(widths[given]!);
  return {
    name: `groupedAttention B${B} T${T} heads ${heads} of ${kv} D${D}${name && `, ${name}`}`,
    inputs: {
      ...Object.fromEntries(names.map((input) => [input, { shape: [B, T, widths[given]![input]!] }])),
      mask: { shape: [B, T], grad: false, dtype: 'u32', from: (_, i) => mask(Math.floor(i / T), i % T) },
    },
    run: (t) => groupedAttention(given === 1 ? t.qkv! : names.map((input) => t[input]!), spans(t.mask!, window), { heads, kv_heads: kv }),
    reference: (v) => reference(v, shape),
    ...more,
  };
}

/** Documents of five tokens, another split in each row. */
const documents = (b: number, t: number) => 1 + Math.floor((t + 2 * b) / 5);

export const cases: OpCase[] = [
  of('', { B: 2, T: 5, heads: 6, kv: 2, D: 8 }),
  of('k and v in one', { B: 2, T: 5, heads: 6, kv: 3, D: 8, given: 2 }),
  of('all in one', { B: 2, T: 7, heads: 4, kv: 2, D: 4, given: 1 }),
  of('all in one', { B: 1, T: 9, heads: 2, kv: 2, D: 3, given: 1 }, { uses: ['grouped_attention.lanes1', 'grouped_attention_backward.lanes1'] }),
  // One query head for each of keys and values, and one for all.
  of('', { B: 1, T: 6, heads: 3, kv: 3, D: 4 }),
  of('', { B: 1, T: 6, heads: 4, kv: 1, D: 4 }),
  of('padded at the end, at the front, and altogether', { B: 3, T: 9, heads: 4, kv: 2, D: 4, mask: (b, t) => Number(b === 0 ? t < 6 : b === 1 && t > 2) }),
  of('with holes', { B: 1, T: 8, heads: 2, kv: 1, D: 4, mask: (_, t) => Number(t % 3 !== 1) }),
  of('documents', { B: 2, T: 14, heads: 4, kv: 2, D: 4, mask: documents }),
  of('a window', { B: 1, T: 17, heads: 4, kv: 2, D: 4, window: 5 }),
  of('a window in padded rows', { B: 2, T: 12, heads: 2, kv: 1, D: 4, window: 4, mask: (b, t) => Number(b ? t > 3 : t < 9) }),
  // Several tiles and workgroups, with tiles that are left out.
  of('', { B: 1, T: 130, heads: 2, kv: 1, D: 8 }),
  of('documents', { B: 1, T: 140, heads: 2, kv: 1, D: 16, mask: (_, t) => 1 + Math.floor(t / 45), given: 2 }),
  of('a window', { B: 1, T: 150, heads: 2, kv: 2, D: 8, window: 20 }),
  {
    ...of('only v trained', { B: 1, T: 6, heads: 2, kv: 1, D: 4 }),
    inputs: { q: { shape: [1, 6, 8], grad: false }, k: { shape: [1, 6, 4], grad: false }, v: { shape: [1, 6, 4] }, mask: { shape: [1, 6], grad: false, dtype: 'u32', from: () => 1 } },
  },
  {
    ...of('only k trained', { B: 1, T: 6, heads: 2, kv: 1, D: 4 }),
    inputs: { q: { shape: [1, 6, 8], grad: false }, k: { shape: [1, 6, 4] }, v: { shape: [1, 6, 4], grad: false }, mask: { shape: [1, 6], grad: false, dtype: 'u32', from: () => 1 } },
  },
];
