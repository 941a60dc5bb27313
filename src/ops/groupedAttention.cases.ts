import { defined } from '../numbers/defined';
import { inCuts, type OpCase, opCase, type Values } from '../testing/checkOp';
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
  /** Number of tensors that hold q, k and v: 3, 2 with k and v in one, or 1 with all in one. */
  given?: 1 | 2 | 3;
}

/** Columns `first` to `first + width - 1` of x (rows, all). */
const columns = (x: Float64Array, rows: number, first: number, width: number): Float64Array => Float64Array.from({ length: rows * width }, (_, i) => defined(x[Math.floor(i / width) * (x.length / rows) + first + (i % width)]));

/** As plainly as possible: for each query head its own keys, those of its number of the mask from behind, within the window. */
function reference(v: Values, { B, T, heads, kv, D, window = Infinity, mask = () => 1, given = 3 }: Shape): Float64Array {
  const [N, own, shared] = [B * T, heads * D, kv * D];
  const q = given === 1 ? columns(v.qkv!, N, 0, own) : v.q!;
  const k = given === 1 ? columns(v.qkv!, N, own, shared) : given === 2 ? columns(v.kv!, N, 0, shared) : v.k!;
  const values = given === 1 ? columns(v.qkv!, N, own + shared, shared) : given === 2 ? columns(v.kv!, N, shared, shared) : v.v!;
  const out = new Float64Array(N * own);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const first = Math.max(0, t + 1 - window);
      const keys = Array.from({ length: t + 1 - first }, (_, i) => first + i).filter((s) => mask(b, t) !== 0 && mask(b, s) === mask(b, t));
      for (let h = 0; h < heads; h++) {
        const at = (b * T + t) * own + h * D;
        const from = (s: number) => (b * T + s) * shared + Math.floor((h * kv) / heads) * D;
        const weights = keys.map((s) => {
          let score = 0;
          for (let c = 0, y = from(s); c < D; c++) score += defined(q[at + c]) * defined(k[y + c]);
          return Math.exp(score / Math.sqrt(D));
        });
        const total = weights.reduce((sum, w) => sum + w, 0);
        for (const [i, s] of keys.entries()) for (let c = 0, y = from(s); c < D; c++) out[at + c] = defined(out[at + c]) + ((defined(weights[i]) / total) * defined(values[y + c]));
      }
    }
  }
  return out;
}

function of(name: string, shape: Shape, more: Partial<OpCase> = {}): OpCase {
  const { B, T, heads, kv, D, window, mask = () => 1, given = 3 } = shape;
  const [q, k] = [heads * D, kv * D];
  const widths: Record<number, Record<string, number>> = { 1: { qkv: q + 2 * k }, 2: { q, kv: 2 * k }, 3: { q, k, v: k } };
  const names = Object.keys(defined(widths[given]));
  return opCase({
    name: `groupedAttention B${B} T${T} heads ${heads} of ${kv} D${D}${name && `, ${name}`}`,
    inputs: {
      ...Object.fromEntries(names.map((input) => [input, { shape: [B, T, defined(defined(widths[given])[input])] }])),
      mask: { shape: [B, T], grad: false, dtype: 'u32', from: (_, i) => mask(Math.floor(i / T), i % T) },
    },
    run: (t) => groupedAttention(given === 1 ? t.qkv! : names.map((input) => defined(t[input])), spans(t.mask!, window), { heads, kv_heads: kv }),
    reference: (v) => reference(v, shape),
    ...more,
  });
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
  of('documents', { B: 1, T: 41, heads: 2, kv: 1, D: 64, mask: (_, t) => 1 + Math.floor(t / 15), given: 2 }),
  of('a window', { B: 1, T: 70, heads: 1, kv: 1, D: 32, window: 9 }),
  // In dispatches by heads, by some of them, and by blocks of each.
  inCuts(of('documents', { B: 2, T: 41, heads: 4, kv: 2, D: 64, mask: (_, t) => 1 + Math.floor(t / 15), given: 2 })),
  inCuts(of('', { B: 3, T: 20, heads: 2, kv: 1, D: 4, given: 1 }), 2 * 4 * 20 * 20 * 4),
  // So long that the result is kept for the backward.
  {
    ...of('a window', { B: 1, T: 1030, heads: 1, kv: 1, D: 64, window: 5 }),
    inputs: { q: { shape: [1, 1030, 64] }, k: { shape: [1, 1030, 64], grad: false }, v: { shape: [1, 1030, 64], grad: false }, mask: { shape: [1, 1030], grad: false, dtype: 'u32', from: () => 1 } },
  },
  {
    ...of('only v trained', { B: 1, T: 6, heads: 2, kv: 1, D: 4 }),
    inputs: { q: { shape: [1, 6, 8], grad: false }, k: { shape: [1, 6, 4], grad: false }, v: { shape: [1, 6, 4] }, mask: { shape: [1, 6], grad: false, dtype: 'u32', from: () => 1 } },
  },
  {
    ...of('only k trained', { B: 1, T: 6, heads: 2, kv: 1, D: 4 }),
    inputs: { q: { shape: [1, 6, 8], grad: false }, k: { shape: [1, 6, 4] }, v: { shape: [1, 6, 4], grad: false }, mask: { shape: [1, 6], grad: false, dtype: 'u32', from: () => 1 } },
  },
];
