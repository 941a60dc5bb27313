import step from '#shaders/lib/step.wgsl?raw';
import { kernel } from '../../engine/kernel';
import { recorder } from '../../engine/record';
import { defined } from '../../numbers/defined';
import { isBelow } from '../../numbers/order';
import { sumMetrics } from '../../ops/metrics';
import { flatGrid } from '../../ops/grid';
import type { HostBatch, Objective, Task } from '../../tasks/task';

/** The `loss` that asks for it. */
export const LOSS = 'brightness';

/** Error up to which an answer counts as right. */
const NEAR = 0.1;

const squares = kernel(
  'brightness',
  `// loss = (y - target)^2, one invocation a row.
override GRAD: bool = true;
struct Params { B: u32 }
@group(0) @binding(0) var<storage, read> y: array<f32>;            // (B, 1)
@group(0) @binding(1) var<storage, read> targets: array<f32>;      // (B)
@group(0) @binding(2) var<storage, read_write> rows: array<f32>;   // (B, 4): loss, near, counted, y
@group(0) @binding(3) var<storage, read_write> dy: array<f32>;     // (B, 1)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let i = gid.x;
  if (i >= p.B) { return; }
  let off = y[i] - targets[i];
  rows[4u * i] = off * off;
  rows[4u * i + 1u] = select(0.0, 1.0, abs(off) < ${NEAR});
  rows[4u * i + 2u] = 1.0;
  rows[4u * i + 3u] = y[i];
  if (GRAD) { dy[i] = 2.0 * off * step.inv_count; }
}
`,
  [step],
);

/** Mean of the pixels of each picture. */
function complete({ pixel_values, targets }: HostBatch): void {
  const floats = pixel_values!.length / targets!.length;
  for (let b = 0; b < targets!.length; b++) {
    let sum = 0;
    for (let i = 0; i < floats; i++) sum += defined(pixel_values![b * floats + i]);
    targets![b] = sum / floats;
  }
}

const objective: Objective = {
  fits: (_, loss) => loss === LOSS,
  batch: ({ channels, image_size }, rows) => ({ pixel_values: { shape: [rows, channels, image_size, image_size], dtype: 'f32' }, targets: { shape: [rows], dtype: 'f32' } }),
  forward: (ctx, model, { pixel_values }) => model.forward(ctx, pixel_values!),
  loss(y, { targets }) {
    const rec = recorder();
    const B = defined(y.shape[0]);
    const rows = rec.temp('loss rows', [B, 4]);
    const dy = rec.recordsGradients ? rec.temp('d y', [B, 1]) : null;
    rec.emit(squares, { tensors: { y, targets: targets!, rows, dy }, params: { B }, overrides: dy ? {} : { GRAD: 0 }, grid: flatGrid(B) });
    sumMetrics(rows);
    return { rows, dout: dy };
  },
  complete,
  judge(rows) {
    const count = rows.length / 4;
    let [loss, near] = [0, 0];
    for (let i = 0; i < count; i++) [loss, near] = [loss + defined(rows[4 * i]), near + defined(rows[4 * i + 1])];
    return { loss: loss / count, accuracy: near / count, per_class: [], confusion: [] };
  },
  better: (than, found) => isBelow(found.loss, than.loss),
};

/** A task that the project does not ship: how bright a picture is, by the one output of a new head. A batch has no labels. */
export const task: Task = {
  objective,
  takes: ({ train }) => train.loss === LOSS,
  open: async ({ model }) => ({ model: model.net.with({ labels: ['brightness'] }), knows: false, values: async () => ({}), complete }),
};
