// metrics[slot].loss += sum over i of term[i]; grad[i] = 1: a part of the loss that does not depend on the batch.
//
// One workgroup of 64 sums in a fixed order. Source: this project.
struct Params { count: u32 }
@group(0) @binding(0) var<storage, read> term: array<f32>;               // (count)
@group(0) @binding(1) var<storage, read_write> metrics: array<f32>;      // (slots, 8): [0] loss
@group(0) @binding(2) var<storage, read_write> grad: array<f32>;         // (count)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var s = 0.0;
  for (var i = lane; i < p.count; i += 64u) {
    s += term[i];
    grad[i] = 1.0;
  }
  let total = reduce_sum(s, lane);
  if (lane == 0u) { metrics[step.slot * 8u] += total; }
}
