import { randloraMerge, type Factors } from '../../ops/randlora';
import { randloraUpdate } from '../../ops/randloraStreamed';
import { linear, linearRecomputed } from '../../ops/matmul';
import { recorder, type Recorder } from '../../engine/record';
import { sizeOf, type Tensor } from '../../engine/tensor';
import { engine, recorderFor } from '../engine';
import type { Contestant, Entry, Group } from '../entry';
import { agreement } from '../entry';
import { randn, relativeError } from '../numbers';

/** Attention's square layers by themselves: query, key and value on one input, and the output layer on another. */
const [T, d, r] = [1536, 384, 4];
const n = d / r;
/** Layers on one input. */
const STACKS = [3, 1];

interface Layers {
  x: Tensor;
  weight: Tensor;
  factors: Factors;
}

type Apply = (layers: Layers, G: number) => Tensor;

const merged: Apply = ({ x, weight, factors }) => linearRecomputed(x, () => randloraMerge(weight, factors, 1));
const streamed: Apply = ({ x, weight, factors }) => randloraUpdate(linear(x, weight), x, factors, { out: d, alpha: 1 });
const full: Apply = ({ x, weight }) => linear(x, weight);

/** Forward and backward, gradients of inputs included. */
function contestant(name: string, apply: Apply, trainsAll: boolean): Contestant {
  const record = (rec: Recorder) => {
    const values: Record<string, Float32Array> = {};
    const given = (t: Tensor, std: number, seed: number): Tensor => {
      values[t.label] = randn(sizeOf(t.shape), std, seed);
      return t;
    };
    let out!: Tensor;
    const program = rec.program('layers', () => {
      STACKS.forEach((G, i) => {
        const x = given(rec.declare('input', `x ${i}`, [T, d], 'f32', true), 1, 1 + i);
        const dy = given(rec.declare('input', `dy ${i}`, [T, G * d]), 1, 11 + i);
        const shape = [G, d, d];
        const weight = given(trainsAll ? rec.param(`weight ${i}`, shape, 'all') : rec.declare('frozen', `weight ${i}`, shape), 0.02, 21 + i);
        const factors: Factors = {
          A: given(rec.declare('bases', 'A', [r, 1, d]), 1, 31),
          B: given(rec.declare('bases', 'B', [d, n, r]), 1, 32),
          lambda: given(rec.param(`lambda ${i}`, [G, r, n], 'all'), 1e-7, 41 + i),
          gamma: given(rec.param(`gamma ${i}`, [G, n, d], 'all'), 1, 51 + i),
          paper: false,
        };
        const y = apply({ x, weight, factors }, G);
        recorder().backward(y, dy);
        out = rec.keep(rec.gradOf(x)!);
      });
    });
    return { rec, programs: [program], values, out };
  };
  return { name, start: (setup) => engine(setup, (device) => record(recorderFor(device))) };
}

const entry: Entry = {
  name: `${T} rows, width ${d}, r ${r}`,
  flop: 2 * 4 * 3 * T * d * d,
  contestants: [contestant('full', full, true), contestant('randlora streamed', streamed, false), contestant('randlora merged', merged, false)],
  check: agreement(relativeError),
  // Full fine-tuning has no update, which is about a ten thousandth of the weight.
  tolerance: 1e-3,
};

export const square: Group = { name: 'square', title: 'RandLoRA on attention\'s four square layers alone, rows four times the width: forward and backward', baseline: 'full', entries: [entry] };
