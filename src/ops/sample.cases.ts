import { defined } from '../numbers/defined';
import { type OpCase, opCase, type Values } from '../testing/checkOp';
import { plus } from '../testing/reference';
import { add } from './add';
import { randomWord } from './dropout';
import { sample } from './sample';

/** Probability of a normal number below z, by its series, in f64. */
function below(z: number): number {
  let [term, total] = [z, z];
  for (let n = 1; Math.abs(term) > 1e-18; n++) total += term *= (z * z) / (2 * n + 1);
  return 0.5 + total * Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** The normal number of a word as shaders/lib/normal.wgsl makes it, by bisection in f64. */
export function normalOf(word: number): number {
  const wanted = ((word >>> 9) + 0.5) / 2 ** 23;
  let [low, high] = [-6, 6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (below(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Noise is made once for all evaluations of a reference. */
const noises = new Map<string, Float64Array>();
const noiseOf = (count: number, seed: number, index: number, stream: number): Float64Array => {
  const key = [count, seed, index, stream].join(' ');
  if (!noises.has(key)) noises.set(key, Float64Array.from({ length: count }, (_, i) => normalOf(randomWord(seed, index, stream, i))));
  return noises.get(key)!;
};

const drawn = (x: Values[string], width: number, seed: number, index: number, stream: number) =>
  noiseOf(x.length / 2, seed, index, stream).map((eps, i) => {
    const mean = i + Math.floor(i / width) * width;
    return defined(x[mean]) + eps * Math.exp(defined(x[mean + width]) / 2);
  });

export const cases: OpCase[] = [
  ...[
    { rows: 5, width: 67, seed: 0, index: 0 },
    { rows: 70, width: 1, seed: 3_000_000_000, index: 7 },
    { rows: 3, width: 30, seed: 1, index: 4_294_967_295 },
  ].map(({ rows, width, seed, index }) => opCase({
    name: `sample ${rows} x ${width}, seed ${seed}, step ${index}`,
    inputs: { x: { shape: [rows, 2 * width] } },
    step: { seed, index },
    run: ({ x }) => sample(x),
    reference: ({ x }) => drawn(x, width, seed, index, 0),
  })),
  opCase({
    name: 'sample: a seed of its own, and each call has its stream',
    inputs: { x: { shape: [4, 10] } },
    step: { seed: 5, index: 2 },
    run: ({ x }) => add(sample(x, { seed: 12 }), sample(x)),
    reference: ({ x }) => plus(drawn(x, 5, 12, 2, 0), drawn(x, 5, 5, 2, 1)),
  }),
];
