import type { Device } from '../../engine/device';
import type { Recorder } from '../../engine/record';
import { activation } from '../../ops/activation';
import { layerNorm } from '../../ops/layerNorm';
import { adamw } from '../../optim/adamw';
import { engine, recorderFor, type Recorded } from '../engine';
import { OURS, PEAK, type Entry, type Group } from '../entry';
import { randn } from '../numbers';
import { ADAM, EPS } from '../work';
import { copyPeakFor } from './peak';

/** Rows and columns of an activation: 4 batches of ViT-B/32. */
const SHAPE = [6400, 768];
const SIZE = 6400 * 768;

/** A kernel that does little arithmetic on what it moves. What it computes is the op tests' business. */
const entry = (name: string, moved: number, record: (rec: Recorder) => Omit<Recorded, 'rec'>): Entry => ({
  name,
  moved,
  contestants: [
    {
      name: OURS,
      start: (setup) =>
        engine(setup, (device: Device) => {
          const rec = recorderFor(device);
          return { rec, ...record(rec) };
        }),
    },
    copyPeakFor(moved),
  ],
});

const norm = entry('layer norm 6400x768', 2 * 4 * SIZE, (rec) => {
  const [x, gain, bias] = [rec.declare('input', 'x', SHAPE), rec.declare('frozen', 'gain', [768]), rec.declare('frozen', 'bias', [768])];
  const program = rec.program('norm', () => void rec.keep(layerNorm(x, gain, bias, EPS)), { gradients: false });
  return { programs: [program], values: { x: randn(SIZE, 1, 1), gain: randn(768, 1, 2), bias: randn(768, 1, 3) } };
});

const gelu = entry('gelu 6400x768', 2 * 4 * SIZE, (rec) => {
  const x = rec.declare('input', 'x', SHAPE);
  const program = rec.program('gelu', () => void rec.keep(activation(x, 'gelu')), { gradients: false });
  return { programs: [program], values: { x: randn(SIZE, 1, 1) } };
});

/** Reads the gradient twice (its norm comes first), weight and both moments once, and writes those three. */
const update = entry('adamw, 4.9 million weights', 8 * 4 * SIZE, (rec) => {
  rec.param('weight', SHAPE, 'weights');
  const program = rec.program('update', () => adamw({ beta1: ADAM.beta1, beta2: ADAM.beta2, eps: ADAM.eps, weightDecay: { weights: 0.05 }, headGroups: [] }));
  return { programs: [program], values: { weight: randn(SIZE, 1, 1) }, scalars: () => ({ lr: ADAM.lr, headLr: ADAM.lr, maxNorm: 1 }) };
});

export const kernels: Group = { name: 'kernels', title: 'Kernels that move more than they compute; "of peak" against a copy of as many bytes', baseline: PEAK, entries: [norm, gelu, update] };
