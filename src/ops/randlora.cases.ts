import { inCuts, type OpCase, opCase } from '../testing/checkOp';
import { matmul, plus, randloraScale } from '../testing/reference';
import type { DType } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { scaleBy } from './add';
import { randloraMerge, type Factors } from './randlora';
import { BASE_FORMS } from './randloraKernels';
import { randloraUpdate } from './randloraStreamed';

interface Size {
  G: number;
  r: number;
  n: number;
  /** Sides of a layer. */
  in: number;
  out: number;
  /** The bases are larger than the layer needs. */
  more?: { rows?: number; bases?: number; cols?: number };
}

type Base = (typeof BASE_FORMS)[number];
interface How {
  base?: Base;
  weight?: DType;
  paper?: boolean;
  uses?: string[];
  everyForm?: boolean;
}

const ALPHA = 0.7;
/** Values that the type holds: a few whole numbers for ternary, sixteenths for the two of 16 bits. */
const VALUES: Partial<Record<Base, (random: () => number) => number>> = {
  ternary: (random) => 0.75 * Math.sign(Math.round(random())),
  f16: (random) => Math.round(4 * random()) / 16,
  bf16: (random) => Math.round(4 * random()) / 16,
};

/** Tensors of both forms, and delta (G, D, d) as the formula has it. */
function setting({ G, r, n, in: inner, out, more }: Size, { base = 'f32', paper = false }: How) {
  const [D, d] = [Math.max(inner, out), Math.min(inner, out)];
  const [rows, N, ldA] = [D + (more?.rows ?? 0), n + (more?.bases ?? 0), d + (more?.cols ?? 0)];
  const inputs = {
    A: { shape: [r, 1, ldA], grad: false, dtype: base === 'generated' ? base : 'f32' },
    B: { shape: [rows, N, r], grad: false, dtype: base, from: VALUES[base] },
    lambda: { shape: [G, r, n] },
    gamma: { shape: [G, n, d] },
  } satisfies OpCase['inputs'];
  const part = (v: Float64Array, g: number, of: number) => v.slice((g * v.length) / of, ((g + 1) * v.length) / of);
  const deltas = (A: Float64Array, B: Float64Array, lambda: Float64Array, gamma: Float64Array): Float64Array[] =>
    Array.from({ length: G }, (_, g) => {
      const right = randloraScale(A, part(lambda, g, G), part(gamma, g, G), { r, n, d, ldA }, paper);
      const delta = Float64Array.from(matmul(B, right, { M: D, N: d, K: n * r, ldx: N * r }));
      // (out, in)
      return inner <= out ? delta : Float64Array.from(delta, (_, i) => defined(delta[(i % D) * d + Math.floor(i / D)]));
    });
  return { inputs, deltas };
}

const factors = ({ A, B, lambda, gamma }: Record<'A' | 'B' | 'lambda' | 'gamma', Factors['A']>, paper = false): Factors => ({ A, B, lambda, gamma, paper });
const named = (what: string, { G, r, n, in: i, out }: Size, { base, weight, paper }: How): string =>
  [`${what} ${i} to ${out}, r ${r} n ${n}`, G > 1 && `${G} layers`, base && base !== 'f32' && `${base} bases`, weight && `${weight} weight`, paper && "the paper's pairing"].filter(Boolean).join(', ');

/** W + alpha delta. */
function merged(size: Size, how: How = {}): OpCase {
  const { inputs, deltas } = setting(size, how);
  return opCase({
    name: named('randlora merged', size, how),
    inputs: { ...inputs, weight: { shape: [size.G, size.out, size.in], grad: false, dtype: how.weight } },
    run: ({ weight, ...t }) => randloraMerge(weight, factors(t, how.paper), ALPHA),
    reference: ({ weight, A, B, lambda, gamma }) => plus(weight, Float64Array.from(deltas(A, B, lambda, gamma).flatMap((d) => [...d])), 1, ALPHA),
    uses: how.uses,
    everyForm: how.everyForm,
  });
}

/** base + alpha x delta^T. */
function streamed(size: Size, how: How = {}): OpCase {
  const T = 7;
  const { inputs, deltas } = setting(size, how);
  const { G, in: inner, out } = size;
  return opCase({
    name: named('randlora streamed', size, how),
    inputs: { ...inputs, x: { shape: [T, inner] }, base: { shape: [T, G * out] } },
    // In place, so on a copy.
    run: ({ base, x, ...t }) => randloraUpdate(scaleBy(base, 1), x, factors(t, how.paper), { out, alpha: ALPHA }),
    reference: ({ base, x, A, B, lambda, gamma }) => {
      const y = Float64Array.from(base);
      deltas(A, B, lambda, gamma).forEach((delta, g) => {
        const part = matmul(x, delta, { M: T, N: out, K: inner, wT: true, alpha: ALPHA });
        for (let t = 0; t < T; t++) for (let o = 0; o < out; o++) y[t * G * out + g * out + o] = defined(y[t * G * out + g * out + o]) + defined(part[t * out + o]);
      });
      return y;
    },
    uses: how.uses,
    everyForm: how.everyForm,
  });
}

const sizes: Size[] = [
  { G: 1, r: 4, n: 4, in: 16, out: 16 },
  { G: 3, r: 2, n: 8, in: 16, out: 20, more: { rows: 3, bases: 2, cols: 4 } },
  { G: 2, r: 2, n: 4, in: 72, out: 36 },
  { G: 2, r: 3, n: 36, in: 12, out: 20 }, // two tiles of bases, an odd r
  { G: 2, r: 3, n: 4, in: 10, out: 14, more: { rows: 1, bases: 1, cols: 1 } },
  { G: 1, r: 4, n: 3, in: 34, out: 9 },
  { G: 1, r: 1, n: 1, in: 3, out: 5 },
];
const fours = defined(sizes[3]);
const tall = defined(sizes[2]);
const odd = defined(sizes[4]);

export const cases: OpCase[] = [
  // W' by rows of B, and the gradients by layers and parts of the k of a base.
  inCuts(merged(tall, { everyForm: true })),
  inCuts(merged({ G: 2, r: 3, n: 4, in: 70, out: 14 }, { uses: ['randlora_merge', 'randlora_reduce'] })),
  inCuts(streamed(fours)),
  // Few bases that four does not divide: rows of several in one step of the packed forms, two tiles of columns, two steps of K.
  merged({ G: 1, r: 20, n: 3, in: 40, out: 36 }, { everyForm: true, uses: ['randlora_merge', 'randlora_reduce'] }),
  streamed({ G: 2, r: 20, n: 3, in: 36, out: 40 }, { everyForm: true }),
  ...sizes.flatMap((size) => [merged(size, { everyForm: size === fours || size === tall || size === odd, uses: size === odd ? ['randlora_merge', 'randlora_reduce'] : size === fours ? ['randlora_merge.vec4', 'randlora_reduce.vec4'] : [] }), streamed(size, { everyForm: size === fours || size === odd })]),
  ...[{ G: 2, r: 4, n: 3, in: 12, out: 20 }, { G: 2, r: 8, n: 3, in: 16, out: 12 }, odd, { G: 1, r: 3, n: 4, in: 14, out: 10 }].flatMap((size) => [merged(size, { paper: true, everyForm: true }), streamed(size, { paper: true })]),
  ...BASE_FORMS.slice(1).flatMap((base) => [
    merged(fours, { base, everyForm: true, uses: [`randlora_merge.vec4.${base}`, `randlora_reduce.vec4.${base}`] }),
    merged(tall, { base }),
    merged(odd, { base, everyForm: true, uses: [`randlora_merge.${base}`, `randlora_reduce.${base}`] }),
    streamed(fours, { base }),
    streamed(tall, { base }),
    streamed(odd, { base }),
  ]),
  ...(['f16', 'q8', 'nf4'] as const).flatMap((weight) => [
    ...BASE_FORMS.map((base) => merged({ G: 2, r: 2, n: 8, in: 16, out: 20 }, { weight, base, uses: [`randlora_merge.vec4${base === 'f32' ? '' : `.${base}`}${weight === 'nf4' ? '' : `.onto_${weight}`}`, ...(weight === 'nf4' ? ['widen.nf4'] : [])] })),
    ...BASE_FORMS.map((base) => merged({ G: 2, r: 2, n: 5, in: 16, out: 10 }, { weight, base })),
  ]),
];
