import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import { ownCodec } from '../../adapters/codec';
import { targetFields, type MethodFields } from '../../adapters/field';
import { bar } from '../../adapters/look.meta';
import { num, type Method } from '../../adapters/method';
import { kernel } from '../../engine/kernel';
import { recorder } from '../../engine/record';
import { sizeOf } from '../../engine/tensor';
import { add, addBias, scaleBy } from '../../ops/add';
import { flatGrid } from '../../ops/grid';
import { linear } from '../../ops/matmul';
import { multiply } from '../../ops/multiply';
import { scaleColumns, scaleRows } from '../../ops/scale';
import { widen } from '../../ops/widen';

export const fields: MethodFields = {
  method: 'row_scale',
  title: 'Row scale',
  help: 'Scales each output of a layer: what a method needs at least.',
  kind: 'scalings and biases',
  formula: 'ΔW = diag(s) W',
  when: 'When a method of one line is wanted.',
  budget: null,
  lr: 1e-2,
  look: { title: 'Rows', colour: 'green', dash: 'dashDot', marker: 'down', glyph: { learns: bar(24, 0, 2, 20) } },
  usual: true,
  fields: [
    { name: 'keep_small', label: 'Keep small', kind: 'number', default: 0, min: 0, help: 'Weight of the scales\' squares in the loss.' },
    { name: 'bound', label: 'Bound', kind: 'number', default: null, min: 0, help: 'How far scales may be from their average over the steps.', empty: { value: null, means: 'as far as they go' } },
    ...targetFields,
  ],
};

/** average = 0.9 average + 0.1 s; s within `after0` of it. */
const boundKernel = kernel('guest_bound', `
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read_write> average: array<f32>;
@group(0) @binding(1) var<storage, read_write> s: array<f32>;
@group(0) @binding(2) var<uniform> p: Params;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  average[i] = 0.9 * average[i] + 0.1 * s[i];
  s[i] = clamp(s[i], average[i] - step.after0, average[i] + step.after0);
}`, [step, grid]);

/** A method that the project does not ship: delta = diag(s) W, with s (out) from zero. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [ownCodec('ROW_SCALE', fields, () => ({}))],
  tensors: (_, { out }) => ({ row_scale: [out] }),
  init: (_, { out }) => ({ row_scale: new Float32Array(out) }),
  penalty: (c) => (num(c, 'keep_small') ? ({ own }) => [scaleBy(multiply(own.row_scale!, own.row_scale!), num(c, 'keep_small'), 'squares')] : null),
  afterStep: (c) => c.bound === null ? null : {
    record(stacks) {
      for (const { own } of stacks) {
        const s = own.row_scale!;
        recorder().emit(boundKernel, { tensors: { average: recorder().lastingOf('average', s), s }, params: { count: sizeOf(s.shape) }, grid: flatGrid(sizeOf(s.shape)) });
      }
    },
    numbers: (index, total) => [num(c, 'bound') * (1 - index / total), 0],
  },
  // Scales that are next to nothing are nothing.
  finished: (c, _, own) => ({ config: c, own: (layer) => ({ row_scale: own(layer).row_scale!.map((s) => (Math.abs(s) < 1e-6 ? 0 : s)) }) }),
  merged(_, __, t) {
    const W = widen(t.weight);
    return add(W, scaleRows(W, t.own.row_scale!), { label: 'W + s W' });
  },
  streamed(_, __, t, x, residual) {
    const base = linear(x, t.weight, { label: 'x W' });
    const scaled = add(base, scaleColumns(base, t.own.row_scale!), { label: 'y + s y' });
    const y = t.bias ? addBias(scaled, t.bias) : scaled;
    return residual ? add(y, residual) : y;
  },
};
