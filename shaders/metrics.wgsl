// metrics[slot] = { sum of losses * inv_count, correct, counted, ... }, added up over micro-batches. BESIDES = true: losses of the same
// rows beside others that have counted them.
//
// One workgroup of 64 sums the rows of cross_entropy.wgsl in a fixed order. Slots of 8 floats form a ring, so that the
// host reads a step's numbers while later steps run. Source: this project.
override BESIDES: bool = false;
struct Params { rows: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> rows: array<f32>;               // (rows, 4): loss, correct, counted, prediction
@group(0) @binding(1) var<storage, read_write> metrics: array<f32>;      // (slots, 8)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  var correct = 0.0;
  var counted = 0.0;
  for (var i = lane; i < p.rows; i += 64u) {
    loss += rows[i * 4u];
    correct += rows[i * 4u + 1u];
    counted += rows[i * 4u + 2u];
  }
  let total = vec3<f32>(reduce_sum(loss, lane) * step.inv_count, reduce_sum(correct, lane), reduce_sum(counted, lane));
  if (lane == 0u) {
    let at = step.slot * 8u;
    let add = keeps(p.accumulate) || BESIDES;
    metrics[at] = total.x + select(0.0, metrics[at], add);
    if (BESIDES) { return; }
    metrics[at + 1u] = total.y + select(0.0, metrics[at + 1u], add);
    metrics[at + 2u] = total.z + select(0.0, metrics[at + 2u], add);
  }
}
