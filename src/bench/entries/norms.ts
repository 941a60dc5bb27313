import { layerNorm } from '../../ops/layerNorm';
import { linear } from '../../ops/matmul';
import { Recorder } from '../../engine/record';
import { deviceOptions } from '../../train/plan';
import { engine } from '../engine';
import { agreement, type Contestant, type Entry, type Group } from '../entry';
import { randn, relativeError } from '../numbers';
import { SHAPES } from '../shapes';
import { trainingStep } from '../training';
import { EPS } from '../work';

const WAYS = [['two passes', false], ['from the product', true]] as const;

/** A short product that writes a residual stream, and the layer norm that reads it: LoRA's last product, as a block has it. */
function pair(M: number, N: number, K: number): Entry {
  const contestant = (name: string, tileStats: boolean): Contestant => ({
    name,
    start: (setup) =>
      engine(setup, (device) => {
        const rec = new Recorder({ ...deviceOptions(device.report), tileStats });
        const given = (label: string, shape: number[]) => rec.declare('input', label, shape);
        const [x, w, stream, gain, bias] = [given('x', [M, K]), given('w', [N, K]), given('stream', [M, N]), given('gain', [N]), given('bias', [N])];
        const program = rec.program('norm', () => void rec.keep(layerNorm(linear(x, w, { residual: stream }), gain, bias, EPS)), { gradients: false });
        const last = program.entries.at(-1)!.tensors.out!;
        return { rec, programs: [program], values: { x: randn(M * K, 1, 1), w: randn(N * K, 1, 2), stream: randn(M * N, 1, 3), gain: randn(N, 1, 4), bias: randn(N, 1, 5) }, out: last };
      }),
  });
  return { name: `product ${M}x${N}x${K} and layer norm`, contestants: WAYS.map(([name, on]) => contestant(name, on)), check: agreement(relativeError), tolerance: 1e-5 };
}

/** A whole training step. */
const step = SHAPES.slice(0, 1).map((shape): Entry => ({
  name: `training step of ${shape.name}, batch ${shape.batch}`,
  contestants: WAYS.map(([name, tileStats]) => trainingStep(shape, { name, config: { method: 'full' }, options: { tileStats } })),
  check: agreement(relativeError),
  tolerance: 1e-5,
}));

export const norms: Group = {
  name: 'norms',
  title: 'Mean and variance for layer norm from two passes over its input, or from the product that wrote it',
  baseline: 'two passes',
  entries: [pair(6400, 768, 32), pair(6400, 192, 32), ...step],
};
