import type { AttentionForm } from '../engine/record';
import { defined, several } from '../numbers/defined';
import { inCuts, type OpCase, opCase } from '../testing/checkOp';
import { attention as reference } from '../testing/reference';
import { attention, packedAttention } from './attention';

/** The forms of ops/attentionForm.ts, and the kernels that each must run on heads whose size 16 divides. */
const forms: { name: string; form: AttentionForm; uses: string[] }[] = [
  { name: 'fused', form: { forward: 'fused', backward: 'fused', keep: false }, uses: ['attention', 'attention_backward_delta', 'attention_backward'] },
  { name: 'products', form: { forward: 'fused', backward: 'products', keep: false }, uses: ['attention', 'attention_backward_delta', 'attention_scores', 'attention_weigh'] },
  { name: 'products, P made twice', form: { forward: 'products', backward: 'products', keep: false }, uses: ['attention_softmax'] },
  { name: 'products, P kept', form: { forward: 'products', backward: 'products', keep: true }, uses: ['attention_softmax'] },
  { name: 'head', form: { forward: 'fused', backward: 'head', keep: false }, uses: ['attention_backward_head'] },
];
const [fused, unfused, , kept, head] = several(forms, 5);
const withoutHead = forms.filter((form) => form !== head);

interface Options {
  causal?: boolean;
  spread?: number;
  uses?: string[];
}

function of(B: number, T: number, heads: number, D: number, { name, form, uses }: (typeof forms)[number], { causal = false, spread = 1, uses: more }: Options = {}): OpCase {
  const shape = [B, T, heads * D] as const;
  const sharp = { shape, from: (random: () => number) => spread * random() };
  return opCase({
    name: `attention B${B} T${T} heads ${heads} D${D}${causal ? ' causal' : ''}${spread === 1 ? '' : ` spread ${spread}`}, ${name}`,
    inputs: { q: sharp, k: sharp, v: { shape } },
    run: ({ q, k, v }) => attention(q, k, v, heads, { causal }),
    reference: ({ q, k, v }) => reference(q, k, v, shape, heads, causal),
    attention: form,
    uses: more ?? (D % 16 === 0 ? uses : []),
  });
}

/** q, k and v in the columns of one tensor. */
function packed(B: number, T: number, heads: number, D: number, { name, form }: (typeof forms)[number], causal = false): OpCase {
  const C = heads * D;
  return opCase({
    name: `packed attention B${B} T${T} heads ${heads} D${D}${causal ? ' causal' : ''}, ${name}`,
    inputs: { qkv: { shape: [B, T, 3 * C] } },
    run: ({ qkv }) => packedAttention(qkv, heads, { causal }),
    reference: ({ qkv }) => {
      const part = (n: number) => Float64Array.from({ length: B * T * C }, (_, i) => defined(qkv[Math.floor(i / C) * 3 * C + n * C + (i % C)]));
      return reference(part(0), part(1), part(2), [B, T, C], heads, causal);
    },
    attention: form,
  });
}

/** Rows of which the first is hidden from 3 on, the second up to 1, the third altogether, and the others not; of documents, in runs of four tokens. */
function masked(T: number, heads: number, D: number, { name, form }: (typeof forms)[number], { causal = false, documents = false } = {}): OpCase {
  const B = 4;
  const shape = [B, T, heads * D] as const;
  const at = (i: number) => {
    const [b, t] = [Math.floor(i / T), i % T];
    if (documents) return 1 + Math.floor((t + b) / 4);
    return Number(b === 0 ? t < 3 : b === 1 ? t > 1 : b !== 2);
  };
  const sees = (b: number, query: number, key: number) => (documents ? at(b * T + query) === at(b * T + key) : at(b * T + key) > 0);
  return opCase({
    name: `masked attention T${T} heads ${heads} D${D}${causal ? ' causal' : ''}${documents ? ' documents' : ''}, ${name}`,
    inputs: { q: { shape }, k: { shape }, v: { shape }, mask: { shape: [B, T], grad: false, dtype: 'u32', from: (_, i) => at(i) } },
    run: ({ q, k, v, mask }) => attention(q, k, v, heads, { causal, mask, documents }),
    reference: ({ q, k, v }) => reference(q, k, v, shape, heads, causal, sees),
    attention: form,
  });
}

const narrow = (lanes: string) => fused.uses.map((kernel) => (kernel.endsWith('delta') && lanes === 'lanes4' ? kernel : `${kernel}.${lanes}`));

/** Also in the forms that its dispatches have for other devices. */
const inEveryForm = (c: OpCase): OpCase => ({ ...c, everyForm: true });

export const cases: OpCase[] = [
  of(2, 5, 3, 4, fused, { uses: narrow('lanes4') }),
  of(2, 5, 3, 3, fused, { uses: narrow('lanes1') }),
  ...withoutHead.map((form) => of(2, 5, 3, 16, form)),
  ...[unfused, kept, head].map((form) => of(2, 7, 2, 3, form, { causal: true })),
  // One key: the gradients of q and k are zero, so that only an absolute bound has a meaning.
  ...withoutHead.map((form) => ({ ...of(1, 1, 2, 4, form), absolute: true })),
  of(2, 1, 1, 1, fused, { causal: true }),
  of(1, 16, 1, 8, fused),
  // A workgroup with one token of its last eight.
  of(1, 17, 2, 8, fused),
  ...forms.map((form) => of(1, 50, 2, 16, form)),
  of(1, 64, 1, 16, head),
  of(1, 65, 1, 32, fused),
  inEveryForm(of(1, 65, 1, 32, kept)),
  // Several tiles of the other side, the last one short.
  of(1, 197, 1, 4, fused),
  of(1, 197, 1, 4, unfused),
  of(1, 120, 1, 64, fused),
  of(1, 77, 1, 16, fused, { causal: true }),
  of(1, 130, 1, 8, fused, { causal: true }),
  of(1, 77, 1, 8, unfused, { causal: true }),
  of(1, 77, 1, 8, kept, { causal: true }),
  of(2, 9, 2, 5, fused, { causal: true }),
  // More channels than a workgroup has invocations: products, whatever was asked for.
  of(1, 5, 1, 516, fused, { uses: ['attention_softmax', 'attention_weigh'] }),
  of(1, 6, 1, 131, fused, { uses: ['attention_softmax', 'attention_weigh.lanes1'] }),
  // Scores up to about 500: one key takes all, the others underflow. f32 keeps 2^-24 * 500 = 3e-5 of a score.
  ...withoutHead.map((form) => ({ ...of(1, 12, 1, 8, form, { spread: 8 }), tolerance: 3e-4, gradTolerance: 3e-3 })),
  ...withoutHead.map((form) => masked(9, 2, 4, form)),
  masked(6, 1, 16, fused, { causal: true }),
  inEveryForm(masked(6, 1, 16, kept, { causal: true })),
  ...[fused, unfused].map((form) => masked(11, 1, 3, form, { causal: true, documents: true })),
  // Several tiles, the last of which are hidden from some rows.
  masked(100, 1, 8, fused),
  inCuts(packed(2, 5, 3, 4, fused)),
  inCuts(of(2, 9, 3, 16, fused, { causal: true }), 4 * 4 * 9 * 9 * 16),
  inEveryForm(packed(2, 5, 3, 4, unfused)),
  packed(2, 5, 3, 4, kept),
  packed(2, 9, 1, 16, fused, true),
  packed(2, 9, 1, 16, kept, true),
  packed(2, 9, 1, 16, head, true),
  packed(2, 7, 2, 3, fused),
  packed(1, 35, 2, 32, fused),
  ...[fused, unfused].flatMap(({ name, form }): OpCase[] => [
    opCase({
      name: `attention of x by itself, ${name}`,
      inputs: { x: { shape: [1, 6, 8] } },
      run: ({ x }) => attention(x, x, x, 2),
      reference: ({ x }) => reference(x, x, x, [1, 6, 8], 2),
      attention: form,
    }),
    opCase({
      name: `attention, only v trained, ${name}`,
      inputs: { q: { shape: [1, 6, 8], grad: false }, k: { shape: [1, 6, 8], grad: false }, v: { shape: [1, 6, 8] } },
      run: ({ q, k, v }) => attention(q, k, v, 2),
      reference: ({ q, k, v }) => reference(q, k, v, [1, 6, 8], 2),
      attention: form,
    }),
  ]),
];
