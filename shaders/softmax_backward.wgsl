// dx[r, i] (+)= y[r, i] * (dy[r, i] - sum over j of dy[r, j] y[r, j]).
//
// One workgroup of 64 owns a row. Source: derivative of softmax.wgsl.
struct Params { width: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> y: array<f32>;            // (rows, width): the softmax
@group(0) @binding(1) var<storage, read> dy: array<f32>;           // (rows, width)
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;     // (rows, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.width;
  var s = 0.0;
  for (var i = lane; i < p.width; i += 64u) { s += dy[base + i] * y[base + i]; }
  let total = reduce_sum(s, lane);
  for (var i = lane; i < p.width; i += 64u) {
    var v = y[base + i] * (dy[base + i] - total);
    if (keeps(p.accumulate)) { v += dx[base + i]; }
    dx[base + i] = v;
  }
}
