import { ownCodec } from '../../adapters/codec';
import { targetFields, type MethodFields } from '../../adapters/field';
import { bar } from '../../adapters/look.meta';
import type { Method } from '../../adapters/method';
import { add, addBias } from '../../ops/add';
import { linear } from '../../ops/matmul';
import { scaleColumns, scaleRows } from '../../ops/scale';
import { widen } from '../../ops/widen';

export const fields: MethodFields = {
  method: 'row_scale',
  title: 'Row scale',
  help: 'Scales each output of a layer: what a method needs at least.',
  budget: null,
  lr: 1e-2,
  look: { title: 'Rows', colour: 'green', dash: 'dashDot', marker: 'down', glyph: { learns: bar(24, 0, 2, 20) } },
  usual: true,
  fields: [...targetFields],
};

/** A method that the project does not ship: delta = diag(s) W, with s (out) from zero. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [ownCodec('ROW_SCALE', fields, () => ({}))],
  tensors: (_, { out }) => ({ row_scale: [out] }),
  init: (_, { out }) => ({ row_scale: new Float32Array(out) }),
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
