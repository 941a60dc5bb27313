// out[r, i] = exp(x[r, i]) / sum over j of exp(x[r, j]).
//
// One workgroup of 64 owns a row. Source: torch.nn.functional.softmax.
struct Params { width: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (rows, width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (rows, width)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.width;
  var best = -3.0e38;
  for (var i = lane; i < p.width; i += 64u) { best = max(best, x[base + i]); }
  let top = reduce_max(best, lane);
  var s = 0.0;
  for (var i = lane; i < p.width; i += 64u) { s += exp(x[base + i] - top); }
  let total = reduce_sum(s, lane);
  for (var i = lane; i < p.width; i += 64u) { out[base + i] = exp(x[base + i] - top) / total; }
}
