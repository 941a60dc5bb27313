// dx = (dout - out * sum(dout * out)) * inverse.
//
// One workgroup of 64 owns a row. Source: derivative of x / ||x||.
struct Params { rows: u32, width: u32 }
@group(0) @binding(0) var<storage, read> out: array<f32>;          // (rows, width)
@group(0) @binding(1) var<storage, read> inverse: array<f32>;      // (rows)
@group(0) @binding(2) var<storage, read> dout: array<f32>;         // (rows, width)
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;     // (rows, width)
@group(0) @binding(4) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let base = wid.x * p.width;
  var s = 0.0;
  for (var i = lane; i < p.width; i += 64u) { s += dout[base + i] * out[base + i]; }
  let along = reduce_sum(s, lane);
  for (var i = lane; i < p.width; i += 64u) { dx[base + i] = (dout[base + i] - out[base + i] * along) * inverse[wid.x]; }
}
